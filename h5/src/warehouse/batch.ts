/** The codes of one document as they are scanned: counted once, summed by product, taken out again. */

export interface Goods {
  code: string;
  level: string;
  state: string;
  sku_id: string;
  product: { name: string; spec: string };
  inside: number;
  held: boolean;
}

/** A scanned code; `goods` is null until the server was asked, `wrong` once it does not know the code. */
export interface Scan {
  code: string;
  goods: Goods | null;
  wrong: boolean;
}

export type Taken = "new" | "twice" | "full";

/** As many codes as one document may have. */
export const MOST_CODES = 5000;

export function take(scans: Scan[], code: string): { scans: Scan[]; taken: Taken } {
  if (scans.some((scan) => scan.code === code)) return { scans, taken: "twice" };
  if (scans.length >= MOST_CODES) return { scans, taken: "full" };
  return { scans: [...scans, { code, goods: null, wrong: false }], taken: "new" };
}

export function learn(scans: Scan[], code: string, goods: Goods | null): Scan[] {
  return scans.map((scan) => (scan.code === code ? { ...scan, goods, wrong: goods === null } : scan));
}

export function takeOut(scans: Scan[], code: string): Scan[] {
  return scans.filter((scan) => scan.code !== code);
}

export interface Total {
  name: string;
  pallet: number;
  case: number;
  unit: number;
  other: number;
}

/** Scanned packs by product and level; what the server has not named yet stands under an empty name. */
export function totals(scans: Scan[]): Total[] {
  const sums = new Map<string, Total>();
  for (const { goods, wrong } of scans) {
    if (wrong) continue;
    const name = goods ? `${goods.product.name} ${goods.product.spec}`.trim() : "";
    const sum = sums.get(name) ?? { name, pallet: 0, case: 0, unit: 0, other: 0 };
    const level = goods?.level;
    sum[level === "pallet" || level === "case" || level === "unit" ? level : "other"] += 1;
    sums.set(name, sum);
  }
  return [...sums.values()].sort((one, other) => one.name.localeCompare(other.name));
}

/** Splits what a scanner typed at Enter, Tab and line breaks; the rest is not finished yet. */
export function splitReads(typed: string): { reads: string[]; rest: string } {
  const parts = typed.split(/[\r\n\t]+/);
  const rest = parts.pop() ?? "";
  return { reads: parts.map((part) => part.trim()).filter(Boolean), rest };
}

const LETTERS: Record<string, string> = {
  shipped: "FH",
  received: "SH",
  transferred: "DB",
  delivered: "PH",
  returned: "TH",
};

/** A number that nobody else makes: kind, day, and forty random bits in letters that are not mistaken. */
export function newNumber(kind: string, day: string): string {
  const alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
  const random = crypto.getRandomValues(new Uint8Array(8));
  const tail = Array.from(random, (byte) => alphabet[byte % 32]).join("");
  return `${LETTERS[kind] ?? "DJ"}${day.replace(/-/g, "").slice(2)}-${tail}`;
}
