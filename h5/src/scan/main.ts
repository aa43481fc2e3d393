import "./scan.css";

import { openPacket, showRefusedSignIn } from "./claim";
import { offerShops, openCase, registerShop } from "./opening";
import { find, say } from "./page";
import { rememberLanguage } from "../shared/text";
import { countQuery } from "./query";
import { wireReport } from "./report";

function watchNetwork(): void {
  const banner = find("offline");
  const update = (): void => {
    if (banner) banner.hidden = navigator.onLine;
  };
  addEventListener("online", update);
  addEventListener("offline", update);
  update();
}

interface Return {
  returning: boolean;
  refused: string | null;
}

/** Once, right after signing in: the address carries the tap that was made before, and why nobody came of it. */
function takeReturn(): Return {
  const address = new URL(location.href);
  const returning = address.searchParams.get("open") === "1";
  const refused = address.searchParams.get("refused");
  if (!returning && refused === null) return { returning, refused };
  address.searchParams.delete("open");
  address.searchParams.delete("refused");
  history.replaceState(null, "", address);
  return { returning, refused };
}

function wirePacket({ returning, refused }: Return): void {
  const sealed = find("packet")?.dataset["state"] === "sealed";
  find("open")?.addEventListener("click", () => void openPacket(false));
  find("retry")?.addEventListener("click", () => void openPacket(returning && refused === null));
  if (!returning || !sealed) return;
  if (refused === null) void openPacket(true);
  else showRefusedSignIn(refused);
}

function wireCase(): void {
  const register = find<HTMLButtonElement>("register-shop");
  register?.addEventListener("click", () => void registerShop(register));
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

const back = takeReturn();
wireLanguage();
watchNetwork();
wirePacket(back);
wireCase();
wireCopy();
wireReport();
void countQuery(back.returning);
