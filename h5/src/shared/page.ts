/** What the server wrote into the head of the page. */

function meta(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? "";
}

export const page = {
  brand: meta("brand") || "Malu",
  color: meta("color"),
  jssdk: meta("jssdk"),
  /** The server takes this browser for the WeChat client; a demo server takes any. */
  wechat: meta("wechat") === "1",
};

export function dressPage(): void {
  const style = document.documentElement.style;
  if (/^#[0-9a-f]{6}$/i.test(page.color)) style.setProperty("--brand", page.color);
}
