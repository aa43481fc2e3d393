import { describe, expect, test } from "vitest";

import * as brand from "../src/console/texts";
import * as dealer from "../src/dealer/texts";
import * as diversion from "../src/dealer/texts.diversion";
import * as join from "../src/join/texts";
import * as shop from "../src/shop/texts";
import * as terminal from "../src/terminal/texts";
import * as warehouse from "../src/warehouse/texts";
import { catalogue, fill } from "../src/shared/text";

const places = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();

describe.each([
  ["shop", shop],
  ["terminal", terminal],
  ["dealer", dealer],
  ["diversion", diversion],
  ["join", join],
  ["warehouse", warehouse],
  ["console", brand],
] as const)("the texts of %s", (_name, { zh, en }) => {
  const chinese: Record<string, string> = zh;
  const english: Record<string, string> = en;

  test("both languages have the same keys", () => {
    expect(Object.keys(english).sort()).toEqual(Object.keys(chinese).sort());
  });

  test("both languages have the same places to fill", () => {
    for (const key of Object.keys(chinese)) expect(places(english[key] ?? ""), key).toEqual(places(chinese[key] ?? ""));
  });

  test("nothing is empty and English is not Chinese", () => {
    for (const [key, text] of Object.entries(english)) {
      expect(chinese[key], key).not.toBe("");
      if (key !== "other_language") expect(text, key).toMatch(/^[^\u4e00-\u9fff]+$/);
    }
  });
});

test("places are filled by name and unknown ones stay visible", () => {
  expect(fill("{n} of {all}", { n: 3 })).toBe("3 of {all}");
  const t = catalogue({ hello: "你好{name}" }, { hello: "Hello {name}" }, "en");
  expect(t("hello", { name: "Li" })).toBe("Hello Li");
});
