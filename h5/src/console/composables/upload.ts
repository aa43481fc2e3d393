/** Sending a file with its progress, which `fetch` does not tell. */

import { ref } from "vue";

import { ApiError, get, UNREACHABLE } from "../../api/client";
import type { Me } from "../../api/types";

interface Refused {
  error?: { code: string; message: string; details?: Record<string, unknown> };
}

function answerOf(request: XMLHttpRequest): unknown {
  try {
    return JSON.parse(request.responseText) as unknown;
  } catch {
    return null;
  }
}

function refusal(request: XMLHttpRequest): ApiError {
  const error = (answerOf(request) as Refused | null)?.error;
  if (!error) return new ApiError(UNREACHABLE, request.status, "");
  return new ApiError(error.code, request.status, error.message, error.details);
}

export function useUpload() {
  /** Percent sent, or null while nothing is under way. */
  const percent = ref<number | null>(null);

  function send<T>(path: string, file: Blob): Promise<T> {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.setRequestHeader("Content-Type", "text/csv");
    request.setRequestHeader("Accept-Language", document.documentElement.lang || "zh");
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) percent.value = Math.floor((event.loaded / event.total) * 100);
    };
    return new Promise<T>((resolve, reject) => {
      request.onerror = () => reject(new ApiError(UNREACHABLE, 0, ""));
      request.onload = () => (request.status < 300 ? resolve(answerOf(request) as T) : reject(refusal(request)));
      percent.value = 0;
      request.send(file);
    }).finally(() => (percent.value = null));
  }

  /** Throws ApiError. A session that ran out is renewed before, so that no large file is sent in vain. */
  async function upload<T>(path: string, query: Record<string, string>, file: Blob): Promise<T> {
    await get<Me>("/api/console/me");
    return send<T>(`${path}?${new URLSearchParams(query).toString()}`, file);
  }

  return { percent, upload };
}
