/** Sends a file as the body itself, as the routes ending in `/files` take it. */

import { call } from "./client";

export function upload<T>(path: string, file: Blob): Promise<T> {
  return call<T>("POST", path, { body: file });
}
