/** Tells the brand of a fake, with a photo made small before it travels. */

import { post } from "../api/client";
import { refusal } from "./opening";
import { boot, find, say, write } from "./page";

const LONGEST_SIDE = 1600;

async function shrink(photo: File): Promise<Blob> {
  const image = await createImageBitmap(photo);
  const scale = Math.min(1, LONGEST_SIDE / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = image.width * scale;
  canvas.height = image.height * scale;
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob((small) => done(small ?? photo), "image/jpeg", 0.85));
}

async function addPhoto(id: string, photo: File): Promise<void> {
  const body = await shrink(photo).catch(() => photo);
  await fetch(`/api/consumer/reports/${id}/files`, { method: "POST", body, headers: { "Content-Type": body.type } });
}

async function report(form: HTMLFormElement): Promise<void> {
  const given = new FormData(form);
  const body = { code: boot.code.slice(0, 64), words: given.get("words"), contact: given.get("contact") || null };
  try {
    const { id } = await post<{ id: string }>("/api/consumer/reports", body);
    const photo = given.get("photo") as File;
    if (photo.size) await addPhoto(id, photo);
    form.replaceChildren(find("reported") as HTMLElement);
    write("reported", say("report_sent"));
  } catch (error) {
    write("reported", refusal(error));
  }
}

export function wireReport(): void {
  find("report")?.addEventListener("submit", (event) => {
    event.preventDefault();
    void report(event.target as HTMLFormElement);
  });
}
