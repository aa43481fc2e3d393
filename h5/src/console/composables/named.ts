import { reactive, ref, shallowRef } from "vue";

import { t } from "../texts";
import { ApiError, call, post } from "../../api/client";
import type { LineProblem } from "../../api/types";
import { language } from "../../shared/text";

const EMPTY = { by: "batch", batch: "", lo: "", hi: "", list: "" };

/** Which codes a form is about: a whole batch, a range, a pasted list or a file; and the lines that were refused. */
export function useNamed() {
  const form = reactive({ ...EMPTY });
  const contents = ref(false);
  const file = shallowRef<File | null>(null);
  const problems = shallowRef<LineProblem[]>([]);
  const hidden = ref(0);

  function body() {
    if (form.by === "batch") return { batch_id: form.batch };
    if (form.by === "range") return { ranges: [{ lo: form.lo, hi: form.hi }] };
    return { texts: form.list.split("\n").filter((line) => line.trim()) };
  }

  function sendFile<T>(path: string, change: object): Promise<T> {
    const given = Object.entries({ ...change, name: file.value?.name.slice(0, 80) ?? "" });
    const query = new URLSearchParams(given.filter(([, value]) => value !== null).map(([name, value]) => [name, String(value)]));
    return call("POST", `${path}?${query}`, { file: new Blob([file.value ?? new Blob()], { type: "text/csv" }) });
  }

  function keepProblems(error: unknown): never {
    const details = error instanceof ApiError ? error.details : {};
    problems.value = Array.isArray(details["errors"]) ? (details["errors"] as LineProblem[]) : [];
    hidden.value = Number(details["total"] ?? 0) - problems.value.length;
    throw error;
  }

  /** Send a change of the named codes to `path`; a file goes to the files of `room`. */
  function send<T>(path: string, room: string, change: object): Promise<T> {
    problems.value = [];
    const asked = { ...change, with_contents: contents.value };
    const answer = form.by === "file" ? sendFile<T>(`${room}/files`, asked) : post<T>(path, { ...asked, ...body() });
    return answer.catch(keepProblems);
  }

  function reset(): void {
    Object.assign(form, EMPTY);
  }

  return { form, contents, file, problems, hidden, send, reset };
}

export type Named = ReturnType<typeof useNamed>;

/** A refused line in words. */
export function explainLine(problem: LineProblem): string {
  const places = { n: problem.line, problem: language === "en" ? problem.message_en : problem.message };
  return problem.other_line ? t("line_same", { ...places, other: problem.other_line }) : t("line_n", places);
}
