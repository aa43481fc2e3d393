/** What case files and their evidence are called on the dealer's screens. */

import { t } from "./texts.diversion";
import type { BriefFile, Evidence } from "../api/diversion";
import { groupCode } from "../shared/code";

export function scopeLabel(file: BriefFile): string {
  if (file.scope === "pallet") return t("scope_pallet", { label: groupCode(file.label) });
  return t(file.scope === "week" ? "scope_week" : "scope_shipment", { label: file.label });
}

export function evidenceTitle(piece: Evidence): string {
  const subject = piece.kind === "dealer_week" ? piece.subject : groupCode(piece.subject);
  const county = piece.county?.name ?? t("unknown");
  return t(`kind_${piece.kind}`, { subject, county, terminal: piece.terminal ?? "–" });
}

export function figures(piece: Evidence): string {
  const noise = Math.round(piece.noise_ratio * 1000) / 10;
  return t("figures", { seen: piece.seen, far: piece.far, alarm: piece.alarm_at ?? "–", noise });
}
