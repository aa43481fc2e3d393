/** What case files are called on the screens of the console. */

import { t } from "./texts";
import type { BriefFile, Evidence, FileState } from "../api/diversion";
import { groupCode } from "../shared/code";

/** The brand answers reports, but here it is the dealer who answers. */
export const shownState = (state: FileState): string => (state === "answered" ? "pleaded" : state);

export function scopeLabel(file: BriefFile): string {
  if (file.scope === "pallet") return t("scope_pallet", { label: groupCode(file.label) });
  return t(file.scope === "week" ? "scope_week" : "scope_shipment", { label: file.label });
}

export function evidenceTitle(piece: Evidence): string {
  const subject = piece.kind === "dealer_week" ? piece.subject : groupCode(piece.subject);
  return t(`evidence_${piece.kind}`, { subject });
}

/** `0.00012` reads as `1.2 × 10^-4`. */
export function chanceLabel(chance: number): string {
  const [digits, exponent] = chance.toExponential(1).split("e");
  return chance < 1e-300 ? "< 10^-300" : `${digits} × 10^${Number(exponent)}`;
}

export function evidenceText(piece: Evidence): string {
  const county = piece.county?.name ?? t("unknown_county");
  if (piece.kind === "opening") return t("evidence_opened", { terminal: piece.terminal ?? "–", county });
  if (piece.kind === "inspection") return t("evidence_inspected", { county, note: piece.note ?? "" });
  return t("evidence_sum", {
    seen: piece.seen,
    far: piece.far,
    alarm: piece.alarm_at ?? "–",
    noise: Math.round(piece.noise_ratio * 1000) / 10,
    chance: chanceLabel(piece.chance),
  });
}
