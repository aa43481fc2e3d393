import { beforeEach, expect, test } from "vitest";

import { ApiError, UNREACHABLE } from "../src/api/client";
import { learn, newNumber, splitReads, take, takeOut, totals, type Goods, type Scan } from "../src/warehouse/batch";
import { Queue, mayPass, pauseAfter, type QueuedDocument } from "../src/warehouse/queue";
import type { Store } from "../src/warehouse/store";

/** A disk: what is on it outlives the pages that write to it. */
class Disk implements Store<QueuedDocument> {
  readonly kept = new Map<string, string>();
  broken = false;

  all = async (): Promise<QueuedDocument[]> => [...this.kept.values()].map((one) => JSON.parse(one) as QueuedDocument);
  put = async (one: QueuedDocument): Promise<void> => {
    if (this.broken) throw new Error("the phone died");
    this.kept.set(one.key, JSON.stringify(one));
  };
  remove = async (key: string): Promise<void> => void this.kept.delete(key);
}

/** A server that knows documents by their number, as ours does. */
class Server {
  readonly recorded = new Map<string, string[]>();
  uploads = 0;
  down = false;
  losesAnswers = false;

  deliver = async (one: QueuedDocument): Promise<{ id: string }> => {
    this.uploads += 1;
    if (this.down) throw new ApiError(UNREACHABLE, 0, "");
    const known = this.recorded.get(one.key);
    if (known && known.join() !== one.codes.join()) throw new ApiError("custody.shipment_number_taken", 409, "单号已用");
    this.recorded.set(one.key, one.codes);
    if (this.losesAnswers) throw new ApiError(UNREACHABLE, 0, "");
    return { id: one.key };
  };
}

let disk: Disk;
let server: Server;
let clock: number;

function aDocument(key: string, codes = ["A", "B"], who = "dealer:1"): QueuedDocument {
  const made_at = new Date(1_700_000_000_000 + Number(key) * 1000).toISOString();
  const rest = { kind: "delivered", title: "", path: "/x", body: {}, refusal: null, id: null };
  return { key, who, codes, made_at, state: "waiting", tries: 0, next_at: 0, ...rest };
}

/** The page as it comes up on the phone. */
async function aPage(): Promise<Queue> {
  const queue = new Queue(disk, server.deliver, undefined, () => clock);
  await queue.load();
  return queue;
}

const states = (queue: Queue): string[] => queue.documents.map((one) => one.state);

beforeEach(() => {
  [disk, server, clock] = [new Disk(), new Server(), 1_000];
});

test("a document is on disk before anything is sent", async () => {
  server.down = true;
  await (await aPage()).add(aDocument("1"));
  expect(server.uploads).toBe(0);
  expect((await aPage()).documents).toHaveLength(1);
});

test("a document that the disk does not take is not said to be kept", async () => {
  const page = await aPage();
  disk.broken = true;
  await expect(page.add(aDocument("1"))).rejects.toThrow();
  expect(page.documents).toEqual([]);
});

test("what waits through a dead network is sent once by the page that comes after", async () => {
  server.down = true;
  const page = await aPage();
  await page.add(aDocument("1"));
  await page.send("dealer:1");
  expect(states(page)).toEqual(["waiting"]);

  server.down = false;
  const next = await aPage();
  await next.send("dealer:1", true);
  expect(states(next)).toEqual(["done"]);
  await next.send("dealer:1", true);
  expect(server.recorded.get("1")).toEqual(["A", "B"]);
  expect(server.uploads).toBe(2);
});

test("a crash between the upload and its acknowledgement neither loses nor doubles", async () => {
  server.losesAnswers = true;
  const page = await aPage();
  await page.add(aDocument("1"));
  await page.send("dealer:1");
  expect(server.recorded.size).toBe(1);
  expect(states(page)).toEqual(["waiting"]);

  server.losesAnswers = false;
  const next = await aPage();
  await next.send("dealer:1", true);
  expect(states(next)).toEqual(["done"]);
  expect([...server.recorded.values()]).toEqual([["A", "B"]]);
});

test("a phone that dies while it writes the acknowledgement down sends again", async () => {
  const page = await aPage();
  await page.add(aDocument("1"));
  disk.broken = true;
  await expect(page.send("dealer:1")).rejects.toThrow();

  disk.broken = false;
  const next = await aPage();
  expect(states(next)).toEqual(["waiting"]);
  await next.send("dealer:1", true);
  expect([...server.recorded.keys()]).toEqual(["1"]);
});

test("documents go in the order they were made and stop at the first silence", async () => {
  const page = await aPage();
  await page.add(aDocument("2"));
  await page.add(aDocument("1"));
  server.down = true;
  const next = await aPage();
  await next.send("dealer:1");
  expect(next.documents.map((one) => one.tries)).toEqual([1, 0]);
  server.down = false;
  await next.send("dealer:1", true);
  expect([...server.recorded.keys()]).toEqual(["1", "2"]);
});

test("a refusal is kept with its codes and does not hold up the others", async () => {
  const page = new Queue(disk, async (one) => {
    if (one.key === "1") throw new ApiError("custody.not_held", 409, "不在名下", { index: 1, refused: [{ index: 1, reason: "elsewhere" }] });
    return server.deliver(one);
  });
  await page.add(aDocument("1"));
  await page.add(aDocument("2"));
  await page.send("dealer:1");
  expect(states(page)).toEqual(["refused", "done"]);
  const kept = (await aPage()).documents[0]?.refusal;
  expect(kept).toEqual({ code: "custody.not_held", message: "不在名下", refused: [{ index: 1, reason: "elsewhere" }] });
});

test("two wishes to send at once upload once", async () => {
  const page = await aPage();
  await page.add(aDocument("1"));
  await Promise.all([page.send("dealer:1"), page.send("dealer:1")]);
  expect(server.uploads).toBe(1);
});

test("nobody sends the documents of another account", async () => {
  const page = await aPage();
  await page.add(aDocument("1", ["A"], "dealer:2"));
  await page.send("dealer:1", true);
  expect(server.uploads).toBe(0);
  expect(page.nextAt("dealer:1")).toBeNull();
});

test("a pause is waited for, and grows", async () => {
  server.down = true;
  const page = await aPage();
  await page.add(aDocument("1"));
  await page.send("dealer:1");
  await page.send("dealer:1");
  expect(server.uploads).toBe(1);
  clock = page.nextAt("dealer:1") ?? 0;
  await page.send("dealer:1");
  expect(server.uploads).toBe(2);
  expect([1, 2, 3, 20].map((tries) => pauseAfter(tries, 0))).toEqual([2_000, 4_000, 8_000, 300_000]);
});

test("silence, busy servers and ended sessions pass; refusals do not", () => {
  const error = (status: number, code = "x"): ApiError => new ApiError(code, status, "");
  expect([error(0, UNREACHABLE), error(503), error(429), error(401)].every(mayPass)).toBe(true);
  expect([error(409), error(422), error(404)].some(mayPass)).toBe(false);
});

test("only the last sent documents stay to be looked at", async () => {
  const page = await aPage();
  for (let key = 1; key <= 25; key++) await page.add(aDocument(String(key)));
  await page.send("dealer:1");
  expect(page.documents.map((one) => one.key)).toEqual(Array.from({ length: 20 }, (_, index) => String(index + 6)));
  expect(disk.kept.size).toBe(20);
});

const goods = (code: string, level: string, name = "水"): Goods => ({
  code,
  level,
  state: "active",
  sku_id: "1",
  product: { name, spec: "500ml" },
  inside: 0,
  held: true,
});

test("a code counts once, and can be taken out again", () => {
  let scans: Scan[] = [];
  for (const [code, taken] of [["A", "new"], ["B", "new"], ["A", "twice"]] as const) {
    const next = take(scans, code);
    expect(next.taken).toBe(taken);
    scans = next.scans;
  }
  expect(takeOut(scans, "A").map((scan) => scan.code)).toEqual(["B"]);
});

test("totals are by product and level, and name what is not known yet", () => {
  let scans: Scan[] = ["A", "B", "C", "D", "E"].map((code) => ({ code, goods: null, wrong: false }));
  scans = learn(scans, "A", goods("A", "case"));
  scans = learn(scans, "B", goods("B", "case"));
  scans = learn(scans, "C", goods("C", "pallet"));
  scans = learn(scans, "D", null);
  expect(totals(scans)).toEqual([
    { name: "", pallet: 0, case: 0, unit: 0, other: 1 },
    { name: "水 500ml", pallet: 1, case: 2, unit: 0, other: 0 },
  ]);
});

test("a burst of a scanner is cut at Enter, Tab and line breaks", () => {
  expect(splitReads("AAA\rBBB\t\nCC")).toEqual({ reads: ["AAA", "BBB"], rest: "CC" });
  expect(splitReads("half")).toEqual({ reads: [], rest: "half" });
});

test("numbers say kind and day and do not repeat", () => {
  const numbers = new Set(Array.from({ length: 500 }, () => newNumber("delivered", "2026-11-25")));
  expect(numbers.size).toBe(500);
  expect([...numbers][0]).toMatch(/^PH261125-[2-9A-HJ-NP-Z]{8}$/);
});
