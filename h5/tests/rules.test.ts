import { describe, expect, test } from "vitest";

import { iconStyle } from "../build/icons";
import { budgetOf, parseCount, promisedCodes } from "../src/console/budget";
import { timeline } from "../src/console/composables/life";
import type { Explanation, Life } from "../src/api/types";
import { codeFrom, groupCode } from "../src/shared/code";
import { instantOf, localMoment, shiftDay } from "../src/shared/time";
import { checkAmount } from "../src/shop/amount";

describe("codes", () => {
  test("are read from printed addresses in capitals and from typing", () => {
    expect(codeFrom("HTTPS://Q.EXAMPLE.CN/S/4F7K9Q2MXTRB83WC")).toBe("4F7K9Q2MXTRB83WC");
    expect(codeFrom("https://q.example.cn/s/4f7k9q2mxtrb83wc?from=1")).toBe("4F7K9Q2MXTRB83WC");
    expect(codeFrom("https://q.example.cn/01/06901234567892/10/L1/21/4F7K9Q2MXTRB83WC?17=271231")).toBe("4F7K9Q2MXTRB83WC");
    expect(codeFrom(" 4f7k 9q2m-xtrb 83wc ")).toBe("4F7K9Q2MXTRB83WC");
    expect(groupCode("4F7K9Q2MXTRB83WC")).toBe("4F7K 9Q2M XTRB 83WC");
  });

  test("what cannot be one is refused", () => {
    for (const read of ["", "6901234567892", "https://example.com/x", "http://q.cn/s/SHORT", "https://q.cn/01/06901234567892"]) expect(codeFrom(read)).toBeNull();
  });
});

describe("a code's whole life", () => {
  const step = { rule: null, amount_fen: null, outcome: "info" as const };
  const life = { steps: [{ at: "2026-11-02T01:00:00Z", text: "packed" }, { at: "2026-11-04T01:00:00Z", text: "queried" }] } as Life;

  test("is one timeline with the decisions in their place, and what has no time at the end", () => {
    const explained = {
      steps: [
        { ...step, at: null, text: "not claimed" },
        { ...step, at: "2026-11-01T01:00:00Z", text: "minted" },
        { ...step, at: "2026-11-03T01:00:00Z", text: "paid", rule: "v1", outcome: "paid" as const },
      ],
    } as unknown as Explanation;
    expect(timeline(life, explained).map((each) => each.text)).toEqual(["packed", "paid", "queried", "not claimed"]);
  });

  test("needs no explanation", () => {
    expect(timeline(life, null).map((each) => each.text)).toEqual(["packed", "queried"]);
  });
});

describe("withdrawals", () => {
  const wallet = { balance_fen: 30_000, in_transit_fen: 0, minimum_fen: 10, maximum_fen: 20_000 };

  test("are checked before they are sent", () => {
    expect(checkAmount("3.05", wallet)).toEqual({ fen: 305 });
    expect(checkAmount("abc", wallet)).toMatchObject({ problem: "amount_invalid" });
    expect(checkAmount("0.09", wallet)).toMatchObject({ problem: "amount_low", places: { amount: "¥0.10" } });
    expect(checkAmount("200.01", wallet)).toMatchObject({ problem: "amount_high", places: { amount: "¥200.00" } });
    expect(checkAmount("300.01", wallet)).toMatchObject({ problem: "amount_over", places: { amount: "¥300.00" } });
  });
});

describe("a campaign's budget", () => {
  const rules = [{ id: "7", name: "标准", version: 1, terminal_fen: 50, dealer_fen: 20 }];
  const tiers = [
    { name: "一等奖", amount: "88.80", count: "7", rule: "7" },
    { name: "参与", amount: "0", count: "100", rule: "7" },
    { name: "空", amount: "x", count: "3", rule: "" },
  ];

  test("adds prizes and commissions in fen", () => {
    expect(budgetOf(tiers, rules)).toEqual({ prizesFen: 62_160, commissionFen: 7490, totalFen: 69_650, winners: 7 });
    expect(promisedCodes(tiers)).toBe(110);
  });

  test("counts only whole positive numbers", () => {
    expect(parseCount("12")).toBe(12);
    for (const typed of ["", "0", "-3", "1.5", "1e3", "0x1"]) expect(parseCount(typed)).toBe(0);
  });
});

describe("time", () => {
  test("is told in Shanghai wherever the phone is", () => {
    expect(localMoment("2026-11-23T16:30:00Z")).toBe("2026-11-24 00:30");
    expect(instantOf("2026-11-24T00:30")).toBe("2026-11-23T16:30:00.000Z");
    expect(shiftDay("2026-03-01", -1)).toBe("2026-02-28");
  });
});

test("the icons are drawn without a font or a foreign host", () => {
  expect(iconStyle()).not.toMatch(/@font-face|https?:\/\/(?!www\.w3\.org)/);
});
