/** The one queue of this page, and when it is sent: at once, when the network comes back, and after each pause. */

import { computed, shallowRef } from "vue";

import { useDesk } from "./desk";
import type { Draft } from "./draft";
import { Queue, type QueuedDocument } from "../queue";
import { room } from "../store";
import { post } from "../../api/client";

const { audience, who, refresh } = useDesk();
const documents = shallowRef<QueuedDocument[]>([]);
let timer = 0;

const queue = new Queue(
  room<QueuedDocument>("documents"),
  (one) => post<{ id: string }>(one.path, one.body),
  () => (documents.value = [...queue.documents]),
);

const waiting = computed(() => documents.value.filter((one) => one.state === "waiting").length);

async function send(all = false): Promise<void> {
  if (!audience.value || !navigator.onLine) return;
  await queue.send(who.value, all);
  clearTimeout(timer);
  const next = queue.nextAt(who.value);
  if (next !== null) timer = window.setTimeout(() => void send(), Math.max(500, next - Date.now()));
}

function ids(draft: Draft): Record<string, string | null> {
  const { kind, sender, receiver } = draft;
  return {
    from_dealer_id: sender?.kind === "dealer" ? sender.id : null,
    from_terminal_id: sender?.kind === "terminal" ? sender.id : null,
    dealer_id: receiver?.kind === "dealer" && kind !== "returned" ? receiver.id : null,
    terminal_id: receiver?.kind === "terminal" ? receiver.id : null,
  };
}

/** Written down first; from then on it is the queue's to bring it to the server. */
async function submit(draft: Draft): Promise<void> {
  const base = `/api/${audience.value}/custody/documents`;
  const codes = draft.scans.filter((scan) => !scan.wrong).map((scan) => scan.code);
  const made_at = new Date().toISOString();
  const common = { number: draft.number, codes, made_at };
  await queue.add({
    key: draft.number,
    who: who.value,
    kind: draft.kind,
    title: draft.title,
    path: draft.arriving ? `${base}/${draft.arriving.id}/receipt` : base,
    body: draft.arriving ? common : { ...common, kind: draft.kind, ...ids(draft) },
    codes,
    made_at,
    state: "waiting",
    tries: 0,
    next_at: 0,
    refusal: null,
    id: null,
  });
  void send().then(refresh);
}

async function load(): Promise<void> {
  await queue.load();
  await send(true);
}

addEventListener("online", () => void send(true));

export function useQueue() {
  return { documents, waiting, load, send, submit, drop: (key: string) => queue.drop(key) };
}
