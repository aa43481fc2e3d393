/** The digits under scratch film: sent to be compared, and what that says of the goods. */

import { ApiError, UNREACHABLE, post } from "../api/client";
import { boot, find, localMoment, say, write } from "../scan/page";

interface Check {
  outcome: "right" | "wrong" | "locked";
  tries_left: number;
  times: number;
  first_at: string | null;
}

type Tone = "good" | "warn" | "bad";

const DIGITS = 6;
const TOO_MANY = 429;

function show(tone: Tone, title: string, note: string): void {
  const result = find("film-result");
  if (result) result.className = tone;
  write("film-title", title);
  write("film-note", note);
}

/** Right digits on goods of doubt prove the label, not the goods; a second reading may be an old package. */
function showRight(check: Check): void {
  if (!boot.clean) return show("warn", say("right"), say("right_doubtful"));
  if (check.times < 2) return show("good", say("right"), say("right_first"));
  const at = check.first_at ? localMoment(check.first_at) : "";
  show("warn", say("right"), say("right_again", { n: check.times, at }));
}

function showAnswer(check: Check): void {
  if (check.outcome === "right") showRight(check);
  else if (check.outcome === "locked") show("bad", say("locked"), say("locked_note"));
  else show("bad", say("wrong"), say("wrong_note", { n: check.tries_left }));
}

function showError(error: unknown): void {
  if (!(error instanceof ApiError) || error.code === UNREACHABLE) show("warn", say("lost"), say("lost_note"));
  else if (error.status === TOO_MANY) show("warn", say("too_many"), say("too_many_note"));
  else show("bad", say("failed"), error.message);
}

/** Six digits as people type them: with spaces, or as wide as Chinese characters. */
function digitsOf(typed: string): string {
  return typed.normalize("NFKC").replace(/\D/g, "");
}

/** The button stays enabled, so that the focus stays on it: while this is set, it does nothing. */
let closed = false;

async function check(field: HTMLInputElement, button: HTMLButtonElement): Promise<void> {
  const digits = digitsOf(field.value);
  const complete = digits.length === DIGITS;
  field.setAttribute("aria-invalid", String(!complete));
  if (!complete) {
    show("warn", say("incomplete"), say("incomplete_note"));
    return field.focus();
  }
  closed = true;
  show("warn", say("checking"), "");
  try {
    const path = `/api/consumer/codes/${encodeURIComponent(boot.code)}/security`;
    const answer = await post<Check>(path, { digits });
    showAnswer(answer);
    closed = answer.outcome === "locked";
  } catch (error) {
    showError(error);
    closed = false;
  }
  button.setAttribute("aria-disabled", String(closed));
}

const form = find<HTMLFormElement>("film");
const field = find<HTMLInputElement>("digits");
const button = find<HTMLButtonElement>("check");
form?.addEventListener("submit", (event) => {
  event.preventDefault();
  if (field && button && !closed) void check(field, button);
});
