import "./scan.css";

import { openPacket } from "./claim";
import { offerShops, openCase } from "./opening";
import { find, say } from "./page";
import { rememberLanguage } from "../shared/text";
import { countQuery } from "./query";

function watchNetwork(): void {
  const banner = find("offline");
  const update = (): void => {
    if (banner) banner.hidden = navigator.onLine;
  };
  addEventListener("online", update);
  addEventListener("offline", update);
  update();
}

/** True once, right after signing in: the address carries the tap that was made before. */
function takeReturn(): boolean {
  const address = new URL(location.href);
  if (address.searchParams.get("open") !== "1") return false;
  address.searchParams.delete("open");
  history.replaceState(null, "", address);
  return true;
}

function wirePacket(returning: boolean): void {
  const sealed = find("packet")?.dataset["state"] === "sealed";
  find("open")?.addEventListener("click", () => void openPacket(false));
  find("retry")?.addEventListener("click", () => void openPacket(returning));
  if (returning && sealed) void openPacket(true);
}

function wireCase(): void {
  const button = find<HTMLButtonElement>("open-case");
  if (!button) return;
  void offerShops();
  button.addEventListener("click", () => void openCase(button));
}

function wireCopy(): void {
  const button = find("copy");
  button?.addEventListener("click", () => {
    void navigator.clipboard?.writeText(location.href).then(() => (button.textContent = say("copied")));
  });
}

/** The choice lives in a cookie that the server reads, so that a scanned address stays as printed. */
function wireLanguage(): void {
  const button = find("language");
  button?.addEventListener("click", () => {
    rememberLanguage(button.dataset["language"] === "en" ? "en" : "zh");
    location.reload();
  });
}

const returning = takeReturn();
wireLanguage();
watchNetwork();
wirePacket(returning);
wireCase();
wireCopy();
void countQuery(returning);
