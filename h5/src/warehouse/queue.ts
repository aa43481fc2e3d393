/**
 * Documents on their way to the server. Each is written down before it is sent and forgotten only after the
 * server has answered; its number, made here, is what the server knows it by. So whatever breaks in between,
 * sending again neither loses nor doubles anything.
 */

import { ApiError, UNREACHABLE } from "../api/client";
import type { Store } from "./store";

export interface Refused {
  index: number;
  reason: string;
}

export interface Refusal {
  code: string;
  message: string;
  refused: Refused[];
}

export type QueueState = "waiting" | "refused" | "done";

/** `who` is the account it was scanned under: another one on the same phone must not send it. */
export interface QueuedDocument {
  key: string;
  who: string;
  kind: string;
  title: string;
  path: string;
  body: Record<string, unknown>;
  codes: string[];
  made_at: string;
  state: QueueState;
  tries: number;
  next_at: number;
  refusal: Refusal | null;
  id: string | null;
}

export type Deliver = (document: QueuedDocument) => Promise<{ id: string }>;

const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 300_000;
const DONE_KEPT = 20;

/** Doubling, with up to half of it at random, so that a warehouse full of phones does not come at once. */
export function pauseAfter(tries: number, random: number = Math.random()): number {
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS);
  return pause * (1 + random / 2);
}

/** Whether the same document may yet be accepted: silence, a busy server, an ended session. */
export function mayPass(error: unknown): boolean {
  if (!(error instanceof ApiError)) return true;
  return error.code === UNREACHABLE || error.status >= 500 || [401, 408, 429].includes(error.status);
}

function refusalOf(error: ApiError): Refusal {
  const { refused, index } = error.details as { refused?: Refused[]; index?: number };
  const named = refused ?? (index === undefined ? [] : [{ index, reason: "unknown" }]);
  return { code: error.code, message: error.message, refused: named };
}

export class Queue {
  documents: QueuedDocument[] = [];
  private sending: Promise<void> | null = null;

  constructor(
    private readonly store: Store<QueuedDocument>,
    private readonly deliver: Deliver,
    private readonly changed: () => void = () => undefined,
    private readonly now: () => number = Date.now,
  ) {}

  /** What an earlier page left. */
  async load(): Promise<void> {
    this.documents = (await this.store.all()).sort((one, other) => one.made_at.localeCompare(other.made_at));
    this.changed();
  }

  async add(document: QueuedDocument): Promise<void> {
    await this.keep(document);
  }

  async drop(key: string): Promise<void> {
    await this.store.remove(key);
    this.documents = this.documents.filter((one) => one.key !== key);
    this.changed();
  }

  /** Sends what is due, in the order it was made; one caller at a time, others join. `all` ignores the pauses. */
  send(who: string, all = false): Promise<void> {
    this.sending ??= this.sendDue(who, all).finally(() => (this.sending = null));
    return this.sending;
  }

  /** When the next attempt is due, or null when nothing waits. */
  nextAt(who: string): number | null {
    const due = this.documents.filter((one) => one.state === "waiting" && one.who === who).map((one) => one.next_at);
    return due.length ? Math.min(...due) : null;
  }

  private async sendDue(who: string, all: boolean): Promise<void> {
    for (const waiting of this.documents.filter((one) => one.state === "waiting" && one.who === who)) {
      if (!all && waiting.next_at > this.now()) return;
      if (!(await this.sendOne(waiting))) return;
    }
    await this.tidy();
  }

  /** False when there is no use in going on: what comes later may build on this one. */
  private async sendOne(waiting: QueuedDocument): Promise<boolean> {
    try {
      const { id } = await this.deliver(waiting);
      await this.keep({ ...waiting, state: "done", refusal: null, id });
      return true;
    } catch (error) {
      if (!mayPass(error)) {
        await this.keep({ ...waiting, state: "refused", refusal: refusalOf(error as ApiError) });
        return true;
      }
      const tries = waiting.tries + 1;
      await this.keep({ ...waiting, tries, next_at: this.now() + pauseAfter(tries) });
      return false;
    }
  }

  private async keep(document: QueuedDocument): Promise<void> {
    await this.store.put(document);
    const known = this.documents.some((one) => one.key === document.key);
    this.documents = known
      ? this.documents.map((one) => (one.key === document.key ? document : one))
      : [...this.documents, document];
    this.changed();
  }

  private async tidy(): Promise<void> {
    const done = this.documents.filter((one) => one.state === "done");
    for (const old of done.slice(0, Math.max(0, done.length - DONE_KEPT))) await this.drop(old.key);
  }
}
