/** The shapes of risk: flags of rules and staff, and appeals. */

export type RiskAnswer = "pay" | "verify_first" | "defer" | "refuse";
export type RiskKind = "person" | "device" | "address" | "case" | "block" | "code" | "range";

export interface RiskReason {
  signal: string;
  figure: number;
  threshold: number;
  points: number;
  text: string;
}

export interface RiskFlag {
  id: string;
  kind: RiskKind;
  subject: string;
  label: string | null;
  answer: RiskAnswer;
  points: number;
  reasons: RiskReason[];
  rule_version: string;
  times: number;
  words: string;
  set_by: "rules" | "staff";
  set_at: string;
  until: string | null;
  lifted_at: string | null;
}

export interface RiskAppeal {
  id: string;
  held: string;
  person_id: string;
  code: string | null;
  answer: RiskAnswer;
  reasons: RiskReason[];
  words: string;
  at: string;
  decision: "granted" | "denied" | null;
  decision_words: string | null;
  decided_at: string | null;
}
