/** One line of news at a time, said aloud by screen readers too. */

import { shallowRef } from "vue";

export interface News {
  text: string;
  tone: "good" | "bad";
}

const SHOWN_MS = 6000;
const news = shallowRef<News | null>(null);
let timer = 0;

function announce(text: string, tone: News["tone"] = "good"): void {
  window.clearTimeout(timer);
  news.value = { text, tone };
  timer = window.setTimeout(() => (news.value = null), SHOWN_MS);
}

export function useNews() {
  return { news, announce };
}
