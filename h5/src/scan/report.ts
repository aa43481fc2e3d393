/** Tells the brand of a fake, with a photo made small before it travels. */

import { call, post } from "../api/client";
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

/** Sent once: whoever tries again, tries the photo again. */
let sent = "";

async function report(form: HTMLFormElement): Promise<void> {
  const given = new FormData(form);
  const photo = given.get("photo") as File;
  const body = { code: boot.code.slice(0, 64), words: given.get("words"), contact: given.get("contact") || null };
  try {
    sent ||= (await post<{ id: string }>("/api/consumer/reports", body)).id;
    if (photo.size) await call("POST", `/api/consumer/reports/${sent}/files`, { file: await shrink(photo).catch(() => photo) });
    form.replaceChildren(say("report_sent"));
  } catch (error) {
    write("reported", refusal(error));
  }
}

export function wireReport(): void {
  const form = find<HTMLFormElement>("report");
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    void report(form);
  });
}
