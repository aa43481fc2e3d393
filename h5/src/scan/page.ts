/** What the server left in the page, and the few elements the script touches. */

export interface Boot {
  code: string;
  carton: boolean;
  counted: boolean;
  mine: boolean;
  signedIn: boolean;
  /** Of the page about film: nothing warns of the code. */
  clean?: boolean;
  texts: Record<string, string>;
}

export const boot = JSON.parse(document.getElementById("boot")?.textContent ?? "{}") as Boot;

export function find<T extends HTMLElement>(id: string): T | null {
  return document.getElementById(id) as T | null;
}

type Places = Record<string, string | number>;

export function fill(text: string, places: Places): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(places[name] ?? ""));
}

export function say(key: string, places: Places = {}): string {
  return fill(boot.texts[key] ?? "", places);
}

export function write(id: string, text: string): void {
  const element = find(id);
  if (element) element.textContent = text;
}

export function localMoment(instant: string): string {
  const format = new Intl.DateTimeFormat("sv-SE", {
    timeZone: "Asia/Shanghai",
    dateStyle: "short",
    timeStyle: "short",
  });
  return format.format(new Date(instant));
}

export function signIn(returnTo: string): void {
  location.assign(`/auth/wechat?next=${encodeURIComponent(returnTo)}`);
}
