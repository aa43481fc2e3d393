/** Opens the red packet: asks the server, lets the coin turn, then shows what it said. */

import { ApiError, UNREACHABLE, call } from "../api/client";
import type { ClaimAnswer, Prize } from "../api/types";
import { formatFen } from "../shared/money";
import { MAX_MS, MIN_MS, SEALED, advance, type Packet, type PacketEvent } from "../shared/packet";
import { boot, find, say, signIn, write } from "./page";

/** Refusal code of the API to the pair of texts that explains it. */
const EXPLAINED: Record<string, string> = {
  "rewards.already_claimed": "others",
  "campaigns.limit_reached": "limit",
  "campaigns.not_started": "not_started",
  "campaigns.ended": "ended",
  "campaigns.stopped": "stopped",
  "identity.snapshot_user": "snapshot",
  "platforms.high_risk_user": "refused",
};

const COUNT_UP_MS = 700;
const SMALLEST_PAYOUT_FEN = 10;
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

let packet: Packet = SEALED;

function wait(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

function writeAmount(fen: number): void {
  const amount = find("amount");
  if (!amount) return;
  const sign = document.createElement("span");
  sign.textContent = "¥";
  amount.replaceChildren(sign, formatFen(fen).slice(1));
}

function countUp(fen: number): void {
  if (still) return writeAmount(fen);
  const began = performance.now();
  const step = (now: number): void => {
    const part = Math.min(1, (now - began) / COUNT_UP_MS);
    writeAmount(Math.round(fen * (1 - (1 - part) ** 3)));
    if (part < 1) requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}

function tell(title: string, note: string): void {
  write("slip-title", title);
  write("slip-note", note);
  write("live", `${title}. ${note}`);
}

function isSmallChange(answer: ClaimAnswer): boolean {
  return answer.wallet_fen !== null && answer.wallet_fen < SMALLEST_PAYOUT_FEN;
}

function tellPrize(prize: Prize, answer: ClaimAnswer): void {
  const cash = prize.kind === "cash";
  const amount = cash ? formatFen(prize.amount_fen) : (prize.tier ?? "");
  const note = say(!cash ? "in_cabinet" : isSmallChange(answer) ? "small_change" : "in_wallet");
  tell(say(answer.repeated ? "mine" : "congratulations"), note);
  write("live", `${say("congratulations")} ${amount}. ${note}`);
  write("tier", prize.tier ?? "");
  if (answer.shop) write("shop-note", say("sold_by", { shop: answer.shop.name }));
  if (cash) return countUp(prize.amount_fen);
  write("to-wallet", say("to_cabinet"));
  find<HTMLAnchorElement>("to-wallet")?.setAttribute("href", "/wallet#/prizes");
}

function draw(answer?: ClaimAnswer): void {
  const element = find("packet");
  if (!element) return;
  if (packet.state === "opening") write("live", say("opening"));
  if (packet.state === "won" && answer) tellPrize(packet.prize, answer);
  if (packet.state === "nothing") tell(say("nothing"), say("nothing_note"));
  if (packet.state === "failed") tell(say("lost"), say("lost_note"));
  if (packet.state === "refused") {
    const key = EXPLAINED[packet.code];
    if (key) tell(say(key), say(`${key}_note`));
    else tell(say("refused"), packet.message || say("refused_note"));
  }
  element.dataset["state"] = packet.state;
  element.setAttribute("aria-busy", String(packet.state === "opening"));
  if (packet.state !== "opening" && packet.state !== "sealed") find("slip")?.focus({ preventScroll: true });
}

function happen(event: PacketEvent, answer?: ClaimAnswer): void {
  packet = advance(packet, event);
  draw(answer);
}

async function ask(): Promise<ClaimAnswer> {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), MAX_MS);
  try {
    return await call("POST", "/api/consumer/claims", { body: { code: boot.code }, signal: giveUp.signal });
  } finally {
    clearTimeout(timer);
  }
}

function fail(error: unknown, returning: boolean): void {
  const known = error instanceof ApiError && error.code !== UNREACHABLE && error.status < 500;
  if (!known) return happen({ type: "lost" });
  if (error.status === 401 && !returning) return goSignIn();
  happen({ type: "refused", code: error.code, message: error.message });
}

function goSignIn(): void {
  signIn(`/s/${boot.code}?open=1`);
}

/** WeChat let somebody in whom we may not pay, or could not say who it is: then trying again may help. */
export function showRefusedSignIn(code: string): void {
  happen({ type: "tap" });
  happen(code in EXPLAINED ? { type: "refused", code, message: "" } : { type: "lost" });
}

/** `returning`: the tap was made before signing in; a second 401 is then a refusal, not another round. */
export async function openPacket(returning: boolean): Promise<void> {
  if (!boot.signedIn && !returning) return goSignIn();
  if (packet.state === "opening") return;
  happen({ type: "tap" });
  const turning = still ? Promise.resolve() : wait(MIN_MS);
  try {
    const answer = await ask();
    await turning;
    happen({ type: "answered", prize: answer.prize }, answer);
  } catch (error) {
    await turning;
    fail(error, returning);
  }
}
