import { expect, test } from "vitest";

import { countsOf, levelsOf, type LevelDraft } from "../src/console/levels";

const draft = (name: string, ratio: string): LevelDraft => ({
  name,
  title: name,
  ratio,
  pair: false,
  security_code: false,
  packed_before: true,
});

test("the lowest level holds nothing, whatever was typed", () => {
  const [unit, box] = levelsOf([draft(" unit ", "7"), draft("case", "24")]);
  expect(unit).toMatchObject({ name: "unit", ratio: 1, packed_before: false });
  expect(box).toMatchObject({ ratio: 24, packed_before: true });
});

test("the last parent may hold fewer, and none is spare", () => {
  const levels = levelsOf([draft("unit", ""), draft("case", "24"), draft("pallet", "40")]);
  expect(countsOf(levels, 961)).toEqual([961, 41, 2]);
  expect(countsOf(levels, 960)).toEqual([960, 40, 1]);
});
