/** What a campaign promises, in fen, while it is still being typed. */

import type { CommissionRule } from "../api/types";
import { parseYuan } from "../shared/money";

export interface TierDraft {
  name: string;
  amount: string;
  count: string;
  rule: string;
}

export interface Budget {
  prizesFen: number;
  commissionFen: number;
  totalFen: number;
  winners: number;
}

/** A positive whole number as typed, else 0. */
export function parseCount(typed: string): number {
  return /^[1-9]\d{0,8}$/.test(typed.trim()) ? Number(typed) : 0;
}

function commissionOf(rule: CommissionRule | undefined): number {
  return rule ? rule.terminal_fen + rule.dealer_fen : 0;
}

/** A tier of ¥0 pays its shop, but nobody wins in it. Amounts that cannot be read count as nothing. */
export function budgetOf(tiers: TierDraft[], rules: CommissionRule[]): Budget {
  let prizesFen = 0;
  let commissionFen = 0;
  let winners = 0;
  for (const tier of tiers) {
    const count = parseCount(tier.count);
    const amount = parseYuan(tier.amount) ?? 0;
    prizesFen += count * amount;
    commissionFen += count * commissionOf(rules.find((rule) => rule.id === tier.rule));
    if (amount > 0) winners += count;
  }
  return { prizesFen, commissionFen, totalFen: prizesFen + commissionFen, winners };
}

export function promisedCodes(tiers: TierDraft[]): number {
  return tiers.reduce((sum, tier) => sum + parseCount(tier.count), 0);
}
