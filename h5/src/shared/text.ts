/** A small typed t(): Chinese is the catalogue, English must have the same keys. */

export type Language = "zh" | "en";
export type Places = Record<string, string | number>;

const ONE_YEAR_S = 31_536_000;

function chosen(): string | undefined {
  return /(?:^|;\s*)malu_lang=(zh|en)/.exec(document.cookie)?.[1];
}

/** As the server decides: what the person chose, else what the browser prefers. */
function choose(): Language {
  const wanted = chosen() ?? navigator.language.toLowerCase();
  return wanted.startsWith("en") ? "en" : "zh";
}

export const language: Language = choose();

export function rememberLanguage(wanted: Language): void {
  document.cookie = `malu_lang=${wanted}; path=/; max-age=${ONE_YEAR_S}; samesite=lax`;
}

/** Starts the page anew, because texts are not reactive. */
export function switchLanguage(): void {
  rememberLanguage(language === "zh" ? "en" : "zh");
  location.reload();
}

export function fill(text: string, places: Places = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(places[name] ?? whole));
}

export type Translate<Key extends string> = (key: Key, places?: Places) => string;

export function catalogue<Key extends string>(
  zh: Record<Key, string>,
  en: Record<Key, string>,
  spoken: Language = language,
): Translate<Key> {
  const texts = spoken === "en" ? en : zh;
  return (key, places) => fill(texts[key], places);
}
