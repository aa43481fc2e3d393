/** Counts this look at the code, once, and shows whether it was the first. */

import { call } from "../api/client";
import type { Verdict } from "../api/types";
import { boot, find, localMoment, say, write } from "./page";

const REMEMBERED = `malu.query.${boot.code}`;

function show(verdict: Pick<Verdict, "state" | "times" | "first_at">): void {
  if (boot.carton || (verdict.state !== "first" && verdict.state !== "again")) return;
  const at = verdict.first_at ? localMoment(verdict.first_at) : "";
  write("verdict-title", say(verdict.state, { n: verdict.times }));
  write("verdict-note", say(boot.mine ? "again_mine_note" : `${verdict.state}_note`, { at }));
  find("verdict")?.classList.remove("first", "again");
  find("verdict")?.classList.add(verdict.state);
}

/** Back from signing in is the same look: show what it was told before. */
function remembered(): Verdict | null {
  const stored = sessionStorage.getItem(REMEMBERED);
  return stored ? (JSON.parse(stored) as Verdict) : null;
}

export async function countQuery(returning: boolean): Promise<void> {
  const before = returning ? remembered() : null;
  if (before) return show(before);
  if (!boot.counted) return;
  try {
    const verdict = await call<Verdict>("POST", "/api/consumer/scans", { body: { code: boot.code } });
    sessionStorage.setItem(REMEMBERED, JSON.stringify(verdict));
    show(verdict);
  } catch {
    addEventListener("online", () => void countQuery(false), { once: true });
  }
}
