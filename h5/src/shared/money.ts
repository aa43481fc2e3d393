/** Money is integer fen everywhere; only these functions know yuan. */

export function formatFen(fen: number): string {
  const sign = fen < 0 ? "-" : "";
  const whole = Math.abs(Math.trunc(fen));
  return `${sign}¥${Math.floor(whole / 100)}.${String(whole % 100).padStart(2, "0")}`;
}

export function formatSignedFen(fen: number): string {
  return fen > 0 ? `+${formatFen(fen)}` : formatFen(fen);
}

/** Fen of what a person typed, or null: "12", "12.5" and "12.50" are amounts, "1.234" and "1e3" are not. */
export function parseYuan(typed: string): number | null {
  const match = /^(\d{1,7})(?:\.(\d{1,2}))?$/.exec(typed.trim());
  if (!match) return null;
  return Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
}
