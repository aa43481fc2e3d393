import { createApp } from "vue";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { useWaiting } from "../src/terminal/composables/waiting";

const CODE = "abc.1.aaaaaaaaaaaaaaaa";
const SAME_PRIZE = "abc.2.bbbbbbbbbbbbbbbb";
const OTHER = "def.1.cccccccccccccccc";

type Waits = ReturnType<typeof useWaiting>;
let sent: { codes: string[]; terminal_id: string }[] = [];

/** Answers like the server: every code it was told, well or not. */
function answers(status: number): void {
  vi.stubGlobal("fetch", async (_path: string, init: RequestInit) => {
    if (status === 0) throw new TypeError("no network");
    const told = JSON.parse(String(init.body)) as (typeof sent)[number];
    sent.push(told);
    return Response.json({ items: told.codes.map((code) => ({ code, redemption: null, error: null })) }, { status });
  });
}

function open(): Waits {
  let waits: Waits | null = null;
  createApp({ setup: () => ((waits = useWaiting()), () => null) }).mount(document.createElement("div"));
  return waits as unknown as Waits;
}

beforeEach(() => {
  sent = [];
});

afterEach(() => {
  vi.unstubAllGlobals();
  localStorage.clear();
});

test("without a network prizes wait on the phone, each once, and are told when there is one", async () => {
  answers(0);
  const { waiting, answered, add, tellAll } = open();
  for (const code of [CODE, SAME_PRIZE, OTHER]) add(code, "7");
  await tellAll();
  expect(waiting.value.map((one) => one.code)).toEqual([CODE, OTHER]);
  expect(JSON.parse(localStorage.getItem("malu.waiting-prizes") ?? "")).toHaveLength(2);
  answers(200);
  await tellAll();
  expect(sent).toEqual([{ codes: [CODE, OTHER], terminal_id: "7" }]);
  expect(waiting.value).toEqual([]);
  expect(answered.value.map((line) => line.code)).toEqual([CODE, OTHER]);
});

test("what is over the limit of a day waits for tomorrow", async () => {
  const { waiting, add, tellAll } = open();
  const error = { code: "rewards.terminal_limit", message: "", details: {} };
  vi.stubGlobal("fetch", async () => Response.json({ items: [{ code: CODE, redemption: null, error }] }));
  add(CODE, "7");
  await tellAll();
  expect(waiting.value.map((one) => one.code)).toEqual([CODE]);
  answers(200);
  await tellAll();
  expect(waiting.value).toEqual([]);
});

test("what two shops took is told for each of them", async () => {
  answers(200);
  const { add, tellAll } = open();
  add(CODE, "7");
  add(OTHER, "8");
  await tellAll();
  expect(sent.map((told) => told.terminal_id)).toEqual(["7", "8"]);
});
