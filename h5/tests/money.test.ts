import { describe, expect, test } from "vitest";

import { formatFen, formatSignedFen, parseYuan } from "../src/shared/money";

describe("money", () => {
  test("fen are shown as yuan with two decimals", () => {
    expect(formatFen(0)).toBe("¥0.00");
    expect(formatFen(5)).toBe("¥0.05");
    expect(formatFen(188)).toBe("¥1.88");
    expect(formatFen(-1205)).toBe("-¥12.05");
    expect(formatFen(5_000_000)).toBe("¥50000.00");
    expect(formatSignedFen(50)).toBe("+¥0.50");
    expect(formatSignedFen(-50)).toBe("-¥0.50");
  });

  test("typed yuan become fen exactly", () => {
    expect(parseYuan("12")).toBe(1200);
    expect(parseYuan(" 0.1 ")).toBe(10);
    expect(parseYuan("0.29")).toBe(29);
    expect(parseYuan("1.10")).toBe(110);
  });

  test("what is no amount is refused", () => {
    for (const typed of ["", "1.234", "1e3", "-1", "1,000", "一元", ".5", "12345678"])
      expect(parseYuan(typed)).toBeNull();
  });

  test("every amount survives being shown and typed again", () => {
    for (let fen = 0; fen < 20_000; fen += 7) expect(parseYuan(formatFen(fen).slice(1))).toBe(fen);
  });
});
