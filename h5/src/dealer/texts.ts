import { catalogue } from "../shared/text";

export const zh = { title: "经销商" };

export const en: Record<keyof typeof zh, string> = { title: "Dealer" };

export const t = catalogue(zh, en);
