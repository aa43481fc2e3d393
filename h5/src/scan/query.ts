/** Counts this look at the code, once, and shows whether it was the first. */

import { call } from "../api/client";
import type { Verdict } from "../api/types";
import { boot, fill, find, localMoment, say, write } from "./page";

const REMEMBERED = `malu.query.${boot.code}`;

const LIVE = ["first", "again", "suspect", "exceeded"];
const DOUBTFUL = LIVE.slice(2);

function where(at: string | null, place: string | null): { at: string; place: string } {
  return { at: at ? localMoment(at) : "", place: place ? say("in_place", { place }) : "" };
}

function show(verdict: Verdict): void {
  if (boot.carton || !LIVE.includes(verdict.state)) return;
  const { state, times, first_at, latest_at } = verdict;
  const again = times > 1 && latest_at && latest_at !== first_at;
  const latest = again ? say("latest", where(latest_at, verdict.latest_place)) : "";
  const places = { n: times, latest, ...where(first_at, verdict.first_place) };
  const doubtful = DOUBTFUL.includes(state);
  const note = verdict.note ? fill(verdict.note, places) : say(`${doubtful ? "suspect" : state}_note`, places);
  write("verdict-title", verdict.title ? fill(verdict.title, places) : say(state, places));
  write("verdict-note", boot.mine ? say("again_mine_note", places) : note);
  find("verdict")?.classList.remove(...LIVE);
  find("verdict")?.classList.add(state);
  if (doubtful) find("complaint")?.setAttribute("open", "");
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
