/** Conditions and budgets of a campaign while they are being typed. */

import type { CampaignTerms, NewBudget } from "../api/types";
import { parseYuan } from "../shared/money";
import { parseCount } from "./budget";

export interface TermsDraft {
  counties: string;
  dealers: string[];
  weekdays: number[];
  from: string;
  to: string;
  persons: CampaignTerms["persons"];
  deviceLimit: string;
}

export interface BudgetDraft {
  scope: string;
  key: string;
  total: string;
  daily: string;
}

export const WEEK = [1, 2, 3, 4, 5, 6, 7] as const;
const LAST_HOUR = 24;

export function emptyTerms(): TermsDraft {
  return { counties: "", dealers: [], weekdays: [], from: "", to: "", persons: "any", deviceLimit: "" };
}

/** A whole hour as typed, else null. */
function hour(typed: string, most: number): number | null {
  const number = /^\d{1,2}$/.test(typed.trim()) ? Number(typed) : -1;
  return number >= 0 && number <= most ? number : null;
}

export function countiesOf(typed: string): string[] {
  return typed.split(/[\s,，、]+/).filter(Boolean);
}

/** What is wrong with the draft, or nothing. */
export function termsFault(draft: TermsDraft): "counties_invalid" | "hours_invalid" | null {
  if (countiesOf(draft.counties).some((code) => !/^\d{6}$/.test(code))) return "counties_invalid";
  if (!draft.from.trim() && !draft.to.trim()) return null;
  const from = hour(draft.from, LAST_HOUR - 1);
  const to = hour(draft.to, LAST_HOUR);
  return from === null || !to || from === to ? "hours_invalid" : null;
}

/** The conditions as they are sent; null when nothing is asked. */
export function termsOf(draft: TermsDraft): CampaignTerms | null {
  const terms: CampaignTerms = {
    dealers: [...draft.dealers],
    counties: countiesOf(draft.counties),
    terminals: [],
    weekdays: [...draft.weekdays].sort(),
    from_hour: draft.from.trim() ? hour(draft.from, LAST_HOUR - 1) : null,
    to_hour: draft.to.trim() ? hour(draft.to, LAST_HOUR) : null,
    persons: draft.persons,
    per_device_limit: parseCount(draft.deviceLimit) || null,
  };
  const asks = terms.dealers.length + terms.counties.length + terms.weekdays.length;
  return asks || terms.from_hour !== null || terms.persons !== "any" || terms.per_device_limit ? terms : null;
}

function yuan(typed: string): number | null {
  return typed.trim() ? parseYuan(typed) || null : null;
}

export function budgetOfDraft(draft: BudgetDraft): NewBudget {
  const scope = draft.scope as NewBudget["scope"];
  return {
    scope,
    key: scope === "all" ? "" : draft.key.trim(),
    total_fen: yuan(draft.total),
    daily_fen: yuan(draft.daily),
  };
}

/** Whether a draft can be sent: an amount, and a key where the scope needs one. */
export function isWholeBudget(draft: BudgetDraft): boolean {
  const budget = budgetOfDraft(draft);
  const typed = [draft.total, draft.daily].filter((amount) => amount.trim());
  const keyed = budget.scope === "all" || (budget.scope === "county" ? /^\d{6}$/ : /^\d+$/).test(budget.key);
  return keyed && typed.length > 0 && typed.every((amount) => yuan(amount) !== null);
}
