import { beforeEach, expect, test, vi } from "vitest";

import { ApiError, UNREACHABLE, call, get, newKey, post } from "../src/api/client";

type Answer = { status: number; body?: unknown } | "silence";
let asked: { path: string; init: RequestInit }[];

/** The network plays these answers in turn; refreshing is answered by its own. */
function network(answers: Answer[], refresh: Answer = { status: 401 }): void {
  asked = [];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    asked.push({ path, init });
    const answer = path === "/api/session/refresh" ? refresh : answers.shift();
    if (!answer || answer === "silence") throw new TypeError("Failed to fetch");
    const body = answer.status === 204 ? null : JSON.stringify(answer.body ?? {});
    return new Response(body, { status: answer.status });
  });
}

const paths = (): string[] => asked.map((one) => one.path);
const headers = (index: number): Record<string, string> => asked[index]?.init.headers as Record<string, string>;
const UNAUTHORIZED = { status: 401, body: { error: { code: "identity.sign_in_required", message: "请登录", details: {} } } };

beforeEach(() => {
  document.documentElement.lang = "zh-CN";
});

test("an expired session is renewed once and the call repeated", async () => {
  network([UNAUTHORIZED, { status: 200, body: { balance_fen: 5 } }], { status: 200 });
  expect(await get("/api/consumer/wallet")).toEqual({ balance_fen: 5 });
  expect(paths()).toEqual(["/api/consumer/wallet", "/api/session/refresh", "/api/consumer/wallet"]);
});

test("a session that cannot be renewed is refused with the server's code", async () => {
  network([UNAUTHORIZED]);
  await expect(get("/api/consumer/wallet")).rejects.toMatchObject({ code: "identity.sign_in_required", status: 401 });
  expect(paths()).toEqual(["/api/consumer/wallet", "/api/session/refresh"]);
});

test("a renewal that does not help is not tried for ever", async () => {
  network([UNAUTHORIZED, UNAUTHORIZED], { status: 200 });
  await expect(get("/x")).rejects.toMatchObject({ status: 401 });
  expect(paths()).toEqual(["/x", "/api/session/refresh", "/x"]);
});

test("calls that meet a 401 together share one renewal", async () => {
  network([UNAUTHORIZED, UNAUTHORIZED, { status: 200 }, { status: 200 }], { status: 200 });
  await Promise.all([get("/a"), get("/b")]);
  expect(paths().filter((path) => path === "/api/session/refresh")).toHaveLength(1);
});

test("a wrong password is not sent twice", async () => {
  network([UNAUTHORIZED]);
  await expect(call("POST", "/api/console/sessions", { body: {}, renews: false })).rejects.toMatchObject({ status: 401 });
  expect(paths()).toEqual(["/api/console/sessions"]);
});

test("a refusal carries its code, message and details", async () => {
  network([{ status: 409, body: { error: { code: "campaigns.ended", message: "活动已结束", details: { at: "x" } } } }]);
  const refusal = await post("/api/consumer/claims", { code: "A" }).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(ApiError);
  expect(refusal).toMatchObject({ code: "campaigns.ended", message: "活动已结束", details: { at: "x" } });
});

test("silence and pages that are not ours are unreachable", async () => {
  network(["silence", { status: 502, body: "bad gateway" }]);
  await expect(get("/a")).rejects.toMatchObject({ code: UNREACHABLE, status: 0 });
  await expect(get("/b")).rejects.toMatchObject({ code: UNREACHABLE, status: 502 });
});

test("a write carries its key, its language and JSON", async () => {
  network([{ status: 200 }]);
  await post("/api/consumer/payouts", { amount_fen: 10 }, "key-1");
  expect(headers(0)).toMatchObject({
    "Idempotency-Key": "key-1",
    "Accept-Language": "zh-CN",
    "Content-Type": "application/json",
  });
  expect(asked[0]?.init.body).toBe('{"amount_fen":10}');
});

test("a query leaves out what is not given", async () => {
  network([{ status: 200 }]);
  await get("/api/terminal/earnings", { day: "2026-11-23", cursor: null, terminal_id: undefined });
  expect(paths()).toEqual(["/api/terminal/earnings?day=2026-11-23"]);
});

test("an empty answer is undefined", async () => {
  network([{ status: 204 }]);
  expect(await call("DELETE", "/api/session")).toBeUndefined();
});

test("keys are fresh and long enough", () => {
  expect(newKey()).toMatch(/^[0-9a-f]{32}$/);
  expect(newKey()).not.toBe(newKey());
});
