/** Instants are RFC 3339 UTC in the API; people and business days are in Shanghai. */

const ZONE = "Asia/Shanghai";

function format(options: Intl.DateTimeFormatOptions): (instant: string | Date) => string {
  const formatter = new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE, ...options });
  return (instant) => formatter.format(new Date(instant));
}

/** `2026-11-23 15:04` */
export const localMoment = format({ dateStyle: "short", timeStyle: "short" });
/** `15:04` */
export const localTime = format({ timeStyle: "short" });
/** `2026-11-23` */
export const localDay = format({ dateStyle: "short" });

const DAY_MS = 86_400_000;

export function shiftDay(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** A wall-clock moment in Shanghai, `2026-11-23T15:04`, as the instant the API takes. */
export function instantOf(wall: string): string {
  return new Date(`${wall}:00+08:00`).toISOString();
}
