/** The document in hand: on disk after every scan, so that a dead battery loses at most the last beep. */

import { ref, shallowRef } from "vue";

import { isSilence, useDesk, type Arriving, type Party } from "./desk";
import { learn, newNumber, take, takeOut, type Scan } from "../batch";
import { sayNo, sayYes } from "../sound";
import { room } from "../store";
import { t, word } from "../texts";
import { codeFrom } from "../../shared/code";
import { localDay } from "../../shared/time";

export interface Draft {
  key: "draft";
  who: string;
  number: string;
  kind: string;
  sender: Party | null;
  receiver: Party | null;
  arriving: Arriving | null;
  title: string;
  scans: Scan[];
}

export interface Verdict {
  tone: "good" | "bad" | "plain";
  code: string;
  text: string;
}

const kept = room<Draft>("kept");
const draft = shallowRef<Draft | null>(null);
const verdict = ref<Verdict | null>(null);
const { lookAt, online } = useDesk();

let writing: Promise<void> = Promise.resolve();

/** Writes go one after the other, as plain copies: IndexedDB takes no proxies. */
function keep(next: Draft | null): Promise<void> {
  draft.value = next;
  const copy = next && (JSON.parse(JSON.stringify(next)) as Draft);
  writing = writing.then(() => (copy ? kept.put(copy) : kept.remove("draft"))).catch(() => undefined);
  return writing;
}

async function recall(who: string): Promise<void> {
  const known = (await kept.all()).find((one) => one.key === "draft");
  if (known && known.who === who) draft.value = known;
}

async function start(fresh: Omit<Draft, "key" | "number" | "scans">, codes: string[] = []): Promise<void> {
  const scans = codes.map((code) => ({ code, goods: null, wrong: false }));
  verdict.value = null;
  await keep({ ...fresh, key: "draft", number: newNumber(fresh.kind, localDay(new Date())), scans });
  void check();
}

function say(tone: Verdict["tone"], code: string, text: string): void {
  verdict.value = { tone, code, text };
  if (tone === "bad") sayNo();
  else sayYes();
}

/** One scan: judged at once for what the phone knows, and again when the server has answered. */
async function scan(read: string): Promise<void> {
  if (!draft.value) return;
  const code = codeFrom(read);
  if (!code) return say("bad", read.slice(0, 24), t("code_invalid"));
  const { scans, taken } = take(draft.value.scans, code);
  if (taken !== "new") return say("bad", code, t(taken));
  void keep({ ...draft.value, scans });
  if (!online.value) return say("plain", code, t("unchecked"));
  await learnAbout(code, true);
}

async function learnAbout(code: string, aloud: boolean): Promise<void> {
  try {
    const goods = await lookAt(code);
    if (!draft.value?.scans.some((one) => one.code === code)) return;
    if (!goods) {
      void keep({ ...draft.value, scans: takeOut(draft.value.scans, code) });
      return say("bad", code, t("unknown"));
    }
    void keep({ ...draft.value, scans: learn(draft.value.scans, code, goods) });
    const foreign = draft.value.kind !== "received" && !goods.held && !isTakenBack(draft.value);
    const words = [`${goods.product.name} ${goods.product.spec}`.trim(), word(goods.level)];
    if (goods.inside) words.push(t("inside", { n: goods.inside }));
    if (goods.state !== "active") words.push(word(goods.state));
    if (foreign) return say("bad", code, `${t("not_held")} · ${words.join(" · ")}`);
    if (aloud) say("good", code, words.join(" · "));
  } catch (error) {
    if (aloud && isSilence(error)) say("plain", code, t("unchecked"));
  }
}

/** A dealer that takes goods back from a shop scans what the shop holds. */
function isTakenBack(one: Draft): boolean {
  return one.kind === "returned" && one.sender?.kind === "terminal" && useDesk().audience.value === "dealer";
}

/** Asks about what was scanned without a network. */
async function check(): Promise<void> {
  for (const one of draft.value?.scans ?? []) {
    if (!online.value) return;
    if (!one.goods && !one.wrong) await learnAbout(one.code, false);
  }
}

function remove(code: string): void {
  if (draft.value) void keep({ ...draft.value, scans: takeOut(draft.value.scans, code) });
  verdict.value = null;
}

function undo(): void {
  const last = draft.value?.scans.at(-1);
  if (last) remove(last.code);
}

addEventListener("online", () => void check());

export function useDraft() {
  return { draft, verdict, recall, start, scan, check, remove, undo, discard: () => keep(null) };
}
