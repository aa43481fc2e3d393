/** Whether an amount that a person typed may be withdrawn, before the server decides. */

import type { Wallet } from "../api/types";
import { formatFen, parseYuan } from "../shared/money";

type Problem = "amount_invalid" | "amount_low" | "amount_high" | "amount_over";
export type CheckedAmount = { fen: number } | { problem: Problem; places: { amount: string } };

function problem(name: Problem, fen: number): CheckedAmount {
  return { problem: name, places: { amount: formatFen(fen) } };
}

export function checkAmount(typed: string, wallet: Wallet): CheckedAmount {
  const fen = parseYuan(typed);
  if (fen === null) return problem("amount_invalid", 0);
  if (fen < wallet.minimum_fen) return problem("amount_low", wallet.minimum_fen);
  if (fen > wallet.balance_fen) return problem("amount_over", wallet.balance_fen);
  return fen > wallet.maximum_fen ? problem("amount_high", wallet.maximum_fen) : { fen };
}
