import { expect, test } from "vitest";

import { digitsFrom, signedFrom } from "../src/terminal/prize";

const SIGNED = "2x8k3f9a1b.1a2b3c.abcdefghijklmnop";

test("the address in a customer's QR code holds the signed text", () => {
  expect(signedFrom(`https://b.example/terminal#/redeem/${SIGNED}`)).toBe(SIGNED);
  expect(signedFrom(SIGNED)).toBe(SIGNED);
});

test("other codes are no prizes", () => {
  expect(signedFrom("https://b.example/s/0123456789ABCDEF")).toBeNull();
  expect(signedFrom("https://b.example/terminal#/redeem/1.2.3")).toBeNull();
  expect(signedFrom("")).toBeNull();
});

test("digits may be typed in groups", () => {
  expect(digitsFrom("1234 5678")).toBe("12345678");
  expect(digitsFrom("1234-5678")).toBe("12345678");
  expect(digitsFrom("1234567")).toBeNull();
  expect(digitsFrom("1234567a")).toBeNull();
});
