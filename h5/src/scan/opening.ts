/** An owner's case: opens it for a shop and says what that means. */

import { ApiError, UNREACHABLE, get, newKey, post } from "../api/client";
import type { Named, OpeningAnswer, Page } from "../api/types";
import { boot, find, say, write } from "./page";

const key = newKey();

/** Owners of one shop are never asked which. */
export async function offerShops(): Promise<void> {
  const shops = await get<Page<Named>>("/api/terminal/terminals").catch(() => null);
  const label = find("shop-label");
  const choice = find<HTMLSelectElement>("shop");
  if (!shops || shops.items.length < 2 || !label || !choice) return;
  for (const shop of shops.items) choice.add(new Option(shop.name, shop.id));
  label.hidden = false;
}

function outcome(answer: OpeningAnswer): string[] {
  const product = `${answer.product.name} ${answer.product.spec}`.trim();
  const lines = [say("case_opened_note", { product, units: answer.units, shop: answer.terminal.name })];
  if (answer.repeated) lines.push(say("case_repeated"));
  const note = answer.reason ?? (answer.foreign ? say("case_foreign") : "");
  if (note) lines.push(note);
  return lines;
}

function line(tag: string, text: string): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}

function show(title: string, lines: string[], tone: string): void {
  const result = find("case-result");
  if (!result) return;
  result.className = tone;
  result.replaceChildren(line("h3", title), ...lines.map((text) => line("p", text)));
  if (tone === "bad") return;
  const link = document.createElement("a");
  link.href = "/terminal";
  link.className = "quiet";
  link.textContent = say("to_earnings");
  result.append(link);
}

export function refusal(error: unknown): string {
  return error instanceof ApiError && error.code !== UNREACHABLE ? error.message : say("lost");
}

export async function openCase(button: HTMLButtonElement): Promise<void> {
  const chosen = find<HTMLSelectElement>("shop")?.value;
  button.disabled = true;
  write("case-result", say("opening_case"));
  try {
    const body = chosen ? { code: boot.code, terminal_id: chosen } : { code: boot.code };
    const answer = await post<OpeningAnswer>("/api/terminal/openings", body, key + (chosen ?? ""));
    button.hidden = true;
    show(say("case_opened"), outcome(answer), answer.foreign ? "warn" : "good");
  } catch (error) {
    button.disabled = false;
    show(say("case_refused"), [refusal(error)], "bad");
  }
}

/** Somebody without a shop: the case knows which dealer to ask. */
export async function registerShop(button: HTMLButtonElement): Promise<void> {
  button.disabled = true;
  try {
    const { token } = await post<{ token: string }>("/api/consumer/case-invitations", { code: boot.code });
    location.assign(`/join/${token}`);
  } catch (error) {
    button.disabled = false;
    show(say("case_refused"), [refusal(error)], "bad");
  }
}
