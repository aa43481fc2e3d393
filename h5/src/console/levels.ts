/** Levels of packing: as somebody types them, as the server takes them, and how many codes they come to. */

import type { SpecLevel } from "../api/types";

export interface LevelDraft extends Omit<SpecLevel, "ratio"> {
  ratio: string;
}

/** What usually comes next, from the inside out. */
export const NEXT_LEVELS = [
  { name: "unit", title: "单件", ratio: "" },
  { name: "case", title: "箱", ratio: "24" },
  { name: "pallet", title: "垛", ratio: "40" },
];

export function levelsOf(drafts: LevelDraft[]): SpecLevel[] {
  return drafts.map((draft, index) => ({
    ...draft,
    name: draft.name.trim(),
    title: draft.title.trim(),
    ratio: index ? Number(draft.ratio) : 1,
    packed_before: index > 0 && draft.packed_before,
  }));
}

/** How many codes each level needs for `count` of the lowest; the last parent may hold fewer. */
export function countsOf(levels: SpecLevel[], count: number): number[] {
  const counts: number[] = [];
  for (const level of levels) {
    count = Math.ceil(count / level.ratio);
    counts.push(count);
  }
  return counts;
}
