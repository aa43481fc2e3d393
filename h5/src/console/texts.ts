import { catalogue } from "../shared/text";
import { en } from "./texts.en";
import { zh } from "./texts.zh";

export { en, zh };
export const t = catalogue(zh, en);
export type TextKey = keyof typeof zh;

/** The server's own word where the catalogue has none. */
function labelled(prefix: string, name: string): string {
  const key = `${prefix}_${name}`;
  return key in zh ? t(key as TextKey) : name;
}

export const levelLabel = (level: string): string => labelled("level", level);
export const kindLabel = (kind: string): string => labelled("kind", kind);
export const stateLabel = (state: string): string => labelled("state", state);
export const reasonLabel = (code: string): string => labelled("reason", code);
export const stepLabel = (action: string): string => labelled("step", action);
export const stageLabel = (stage: string): string => labelled("stage", stage);
export const standingLabel = (standing: string): string => labelled("standing", standing);
export const sideLabel = (side: string): string => labelled("side", side);
/** What an alarm says, with the details that it brought; a kind that nobody has worded yet stands for itself. */
export const alarmLabel = (kind: string, details: Record<string, unknown>): string => {
  const key = `alarm_${kind}`;
  const filled = Object.fromEntries(Object.entries(details).map(([name, value]) => [name, String(value)]));
  return key in zh ? t(key as TextKey, filled) : kind;
};
export const outcomeLabel = (outcome: string): string => labelled("outcome", outcome);
export const sayingLabel = (state: string): string => labelled("saying", state);
export const doLabel = (kind: string): string => labelled("do", kind);
export const roleLabel = (role: string): string => labelled("role", role);
