import { expect, test } from "vitest";

import { SEALED, advance, type Packet, type PacketEvent } from "../src/shared/packet";

const CASH = { kind: "cash", tier: "二等奖", amount_fen: 188 } as const;
const BLANK = { kind: "none", tier: null, amount_fen: 0 } as const;
const OPENING: Packet = { state: "opening" };
const after = (...events: PacketEvent[]): Packet => events.reduce(advance, SEALED);

test("a tap opens a sealed packet", () => {
  expect(after({ type: "tap" })).toEqual(OPENING);
});

test("the server's prize is what is shown", () => {
  expect(after({ type: "tap" }, { type: "answered", prize: CASH })).toEqual({ state: "won", prize: CASH });
  expect(after({ type: "tap" }, { type: "answered", prize: BLANK })).toEqual({ state: "nothing" });
});

test("what is not money is won as well", () => {
  const another = { kind: "another", tier: "再来一瓶", amount_fen: 0 } as const;
  expect(after({ type: "tap" }, { type: "answered", prize: another })).toEqual({ state: "won", prize: another });
});

test("a second tap while it opens changes nothing", () => {
  expect(after({ type: "tap" }, { type: "tap" })).toEqual(OPENING);
});

test("silence can be tried again, a refusal cannot", () => {
  expect(after({ type: "tap" }, { type: "lost" })).toEqual({ state: "failed" });
  expect(after({ type: "tap" }, { type: "lost" }, { type: "tap" })).toEqual(OPENING);
  const refused = after({ type: "tap" }, { type: "refused", code: "rewards.already_claimed", message: "" });
  expect(advance(refused, { type: "tap" })).toBe(refused);
});

test("an answer that comes too late does not change what was shown", () => {
  const won = after({ type: "tap" }, { type: "answered", prize: CASH });
  expect(advance(won, { type: "lost" })).toBe(won);
  expect(advance(won, { type: "tap" })).toBe(won);
  expect(advance(SEALED, { type: "answered", prize: CASH })).toBe(SEALED);
});
