/** What the risk list is called on the screens of the console. */

import { t } from "./texts";
import type { RiskAnswer, RiskFlag, RiskKind } from "../api/risk";
import { groupCode } from "../shared/code";

export const ANSWERS: RiskAnswer[] = ["refuse", "defer", "verify_first", "pay"];
export const ENTRY_KINDS: RiskKind[] = ["person", "range", "case", "device", "address"];
export const answerLabel = (answer: RiskAnswer): string => t(`answer_${answer}`);
export const riskKindLabel = (kind: RiskKind): string => t(`riskkind_${kind}`);

export function subjectLabel(flag: RiskFlag): string {
  return flag.label ? groupCode(flag.label) : flag.subject;
}
