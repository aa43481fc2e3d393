/** What every page does before it draws. */

import { dressPage, page } from "./page";
import { language } from "./text";

export function startPage(title: string): void {
  document.documentElement.lang = language === "en" ? "en" : "zh-CN";
  document.title = `${title} · ${page.brand}`;
  dressPage();
  // A page left open over a release asks for chunks that are gone: the new page knows the new ones.
  addEventListener("vite:preloadError", () => location.reload());
}
