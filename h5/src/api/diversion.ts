/** The shapes of diversion: case files, inspections, the map of counties. */

import type { Named } from "./types";

export interface County {
  code: string;
  name: string;
  city: string;
}

export type Scope = "pallet" | "shipment" | "week";
export type FileState = "suspected" | "notified" | "answered" | "upheld" | "dismissed" | "appealed" | "final";

export interface BriefFile {
  id: string;
  dealer: Named;
  scope: Scope;
  label: string;
  period_on: string;
  state: FileState;
  verdict: "upheld" | "dismissed" | null;
  opened_at: string;
  answer_by: string | null;
  appeal_by: string | null;
}

export interface ScoredFile extends BriefFile {
  score: number;
}

export interface Count {
  county: County;
  on: string;
  far: boolean;
  consumers: number;
}

export interface Evidence {
  kind: "case" | "pallet" | "dealer_week" | "opening" | "inspection";
  subject: string;
  at: string;
  seen: number;
  far: number;
  alarm_at: number | null;
  noise_ratio: number;
  chance: number;
  county: County | null;
  terminal: string | null;
  note: string | null;
  counts: Count[];
}

export interface Way {
  what: "shipped" | "opened";
  name: string | null;
  number: string | null;
  at: string;
}

export interface FileStep {
  action: string;
  state: FileState;
  side: "system" | "brand" | "dealer";
  by: string | null;
  words: string;
  at: string;
}

export interface Photo {
  id: string;
  side: "brand" | "dealer";
  at: string;
}

export interface Consequence {
  id: string;
  stage: string;
  starts_on: string;
  reason: string;
  set_at: string;
  standing: "planned" | "in_force" | "ended";
  ended_at: string | null;
  end_reason: string | null;
}

export interface CaseFile extends BriefFile {
  own: County[];
  way: Way[];
  evidence: Evidence[];
  steps: FileStep[];
  photos: Photo[];
  consequences: Consequence[];
  moves: string[];
  rule_version: string;
}

export interface FullCaseFile extends CaseFile {
  score: number;
  reasons: { code: string; points: number; pieces: number }[];
  stages: string[];
}

export interface Policy {
  noise_ppm: number;
  answer_days: number;
  appeal_days: number;
}

export interface Inspection {
  id: string;
  code: string;
  level: string;
  product: { name: string; spec: string };
  holder: Named | null;
  own: County[];
  county: County | null;
  seller: Named | null;
  place: "own" | "near" | "far" | null;
  evidence: boolean;
}

export interface MapCounty extends County {
  path: string | null;
  x: number | null;
  y: number | null;
  dealer: Named | null;
  held: Record<string, number>;
  scans_own: number;
  scans_far: number;
}

export interface CountyMap {
  width: number;
  height: number;
  counties: MapCounty[];
  flows: { dealer: Named; county: County; scans: number }[];
}
