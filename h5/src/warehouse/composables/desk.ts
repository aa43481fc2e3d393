/** For whom this account moves goods, with whom, and what is on its way to it; kept for when there is no network. */

import { computed, ref, shallowRef } from "vue";

import { ApiError, UNREACHABLE, get } from "../../api/client";
import type { Named, Page } from "../../api/types";
import type { Goods } from "../batch";
import { room } from "../store";

export type Audience = "dealer" | "console" | "terminal";

export interface Party {
  kind: "brand" | "dealer" | "terminal";
  id: string | null;
  name: string | null;
}

export interface Desk {
  kinds: string[];
  parties: Party[];
  dealers: Named[];
  terminals: Named[];
}

export interface Arriving {
  id: string;
  number: string;
  kind: string;
  codes: number;
  sender: Party;
  receiver: Party;
  received_at: string | null;
  reversed_at: string | null;
}

interface Kept {
  key: "desk";
  audience: Audience;
  desk: Desk;
  arriving: Arriving[];
}

const AUDIENCES: Audience[] = ["dealer", "console", "terminal"];
const MOVING = ["shipped", "transferred", "delivered", "returned"];
const kept = room<Kept>("kept");

const audience = ref<Audience | null>(null);
const desk = shallowRef<Desk | null>(null);
const arriving = shallowRef<Arriving[]>([]);
const trouble = ref<"" | "network" | "nobody">("");
const online = ref(navigator.onLine);

/** The account by which documents in the queue are told apart. */
const who = computed(() => `${audience.value ?? ""}:${(desk.value?.parties ?? []).map((one) => one.id ?? "").join(",")}`);

export function isSilence(error: unknown): boolean {
  return error instanceof ApiError && (error.code === UNREACHABLE || error.status >= 500);
}

export function same(one: Party, other: Party): boolean {
  return one.kind === other.kind && one.id === other.id;
}

async function recall(): Promise<void> {
  const known = (await kept.all()).find((one) => one.key === "desk");
  if (!known) return;
  audience.value = known.audience;
  desk.value = known.desk;
  arriving.value = known.arriving;
}

/** The first audience that lets this account in, beginning with the one it came by last. */
async function ask(): Promise<void> {
  const order = [...AUDIENCES].sort((one, other) => Number(other === audience.value) - Number(one === audience.value));
  for (const candidate of order) {
    try {
      desk.value = await get<Desk>(`/api/${candidate}/custody/desk`);
      audience.value = candidate;
      trouble.value = "";
      return;
    } catch (error) {
      if (isSilence(error)) throw error;
    }
  }
  trouble.value = "nobody";
}

async function askArriving(): Promise<void> {
  if (!audience.value || !desk.value) return;
  const { items } = await get<Page<Arriving>>(`/api/${audience.value}/custody/documents`, { limit: 100 });
  const parties = desk.value.parties;
  const mine = (one: Arriving): boolean => parties.some((party) => same(party, one.receiver));
  arriving.value = items.filter((one) => MOVING.includes(one.kind) && !one.received_at && !one.reversed_at && mine(one));
}

async function refresh(): Promise<void> {
  try {
    await ask();
    if (trouble.value) return;
    await askArriving();
    if (audience.value && desk.value)
      await kept.put({ key: "desk", audience: audience.value, desk: { ...desk.value }, arriving: [...arriving.value] });
  } catch {
    trouble.value = desk.value ? "" : "network";
  }
}

async function load(): Promise<void> {
  await recall();
  await refresh();
}

/** What a code is; null when it is none of ours. Throws when nobody answers. */
async function lookAt(code: string): Promise<Goods | null> {
  try {
    return await get<Goods>(`/api/${audience.value}/codes/${encodeURIComponent(code)}/goods`);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

addEventListener("online", () => (online.value = true));
addEventListener("offline", () => (online.value = false));

export function useDesk() {
  return { audience, desk, arriving, trouble, online, who, load, refresh, lookAt };
}
