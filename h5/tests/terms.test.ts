import { describe, expect, it } from "vitest";

import { budgetOfDraft, countiesOf, emptyTerms, isWholeBudget, termsFault, termsOf } from "../src/console/terms";

describe("conditions that are typed", () => {
  it("are nothing while nothing is asked", () => {
    expect(termsOf(emptyTerms())).toBeNull();
    expect(termsFault(emptyTerms())).toBeNull();
  });

  it("are sent as the API reads them", () => {
    const draft = { ...emptyTerms(), counties: "310101，440305 110105", weekdays: [7, 6], from: "18", to: "24", deviceLimit: "3" };
    expect(termsOf(draft)).toEqual({
      dealers: [],
      counties: ["310101", "440305", "110105"],
      terminals: [],
      weekdays: [6, 7],
      from_hour: 18,
      to_hour: 24,
      persons: "any",
      per_device_limit: 3,
    });
    expect(termsOf({ ...emptyTerms(), persons: "new" })?.persons).toBe("new");
    expect(termsOf({ ...emptyTerms(), from: "0", to: "8" })?.from_hour).toBe(0);
  });

  it("name what cannot be", () => {
    expect(termsFault({ ...emptyTerms(), counties: "3101" })).toBe("counties_invalid");
    for (const [from, to] of [["8", ""], ["", "8"], ["8", "8"], ["24", "8"], ["8", "25"], ["x", "8"], ["0", "0"]]) {
      expect(termsFault({ ...emptyTerms(), from: from!, to: to! })).toBe("hours_invalid");
    }
    expect(termsFault({ ...emptyTerms(), from: "22", to: "2" })).toBeNull();
  });

  it("split counties at spaces and commas", () => {
    expect(countiesOf(" 310101,310104、310105\n310106 ")).toHaveLength(4);
  });
});

describe("budgets that are typed", () => {
  const draft = { scope: "all", key: "310101", total: "1000", daily: "" };

  it("are fen, and the whole campaign has no key", () => {
    expect(budgetOfDraft(draft)).toEqual({ scope: "all", key: "", total_fen: 100_000, daily_fen: null });
  });

  it("need an amount, and a key where the scope has one", () => {
    expect(isWholeBudget(draft)).toBe(true);
    expect(isWholeBudget({ ...draft, total: "" })).toBe(false);
    expect(isWholeBudget({ ...draft, total: "", daily: "5" })).toBe(true);
    expect(isWholeBudget({ ...draft, total: "0" })).toBe(false);
    expect(isWholeBudget({ ...draft, daily: "1.234" })).toBe(false);
    expect(isWholeBudget({ ...draft, scope: "county", key: "3101" })).toBe(false);
    expect(isWholeBudget({ ...draft, scope: "county" })).toBe(true);
    expect(isWholeBudget({ ...draft, scope: "dealer", key: "" })).toBe(false);
  });
});
