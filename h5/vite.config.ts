import { VantResolver } from "@vant/auto-import-resolver";
import vue from "@vitejs/plugin-vue";
import { fileURLToPath } from "node:url";
import components from "unplugin-vue-components/vite";
import { ElementPlusResolver } from "unplugin-vue-components/resolvers";
import type { UserConfig } from "vite";
import { defineConfig } from "vitest/config";

import { replaceVantIcons } from "./build/icons.ts";

/** One build per entry: a shared build would hand every page the union of what all pages use. */
const ENTRIES = ["scan", "film", "shop", "terminal", "dealer", "join", "warehouse", "console"] as const;
type Entry = (typeof ENTRIES)[number];
/** The server makes these pages and writes style and script into them: one file each. */
type Document = Extract<Entry, "scan" | "film">;
const isDocument = (entry: Entry): entry is Document => entry === "scan" || entry === "film";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const TARGET = ["es2020", "chrome80", "safari14"];

function documentConfig(entry: Document): UserConfig {
  return {
    root: here(`src/${entry}`),
    build: {
      outDir: here(`dist/${entry}`),
      emptyOutDir: true,
      target: TARGET,
      modulePreload: false,
      cssCodeSplit: false,
      rollupOptions: {
        input: here(`src/${entry}/main.ts`),
        output: { format: "es", entryFileNames: `${entry}.js`, assetFileNames: `${entry}[extname]` },
      },
    },
  };
}

function pageConfig(entry: Exclude<Entry, Document>): UserConfig {
  const resolver = entry === "console" ? ElementPlusResolver() : VantResolver();
  return {
    root: here(`src/${entry}`),
    base: `/h5/${entry}/`,
    plugins: [replaceVantIcons(), vue(), components({ dts: false, dirs: [], resolvers: [resolver] })],
    define: { __VUE_OPTIONS_API__: entry === "console", __VUE_PROD_DEVTOOLS__: false },
    build: {
      outDir: here(`dist/${entry}`),
      emptyOutDir: true,
      target: TARGET,
      manifest: true,
      modulePreload: { polyfill: false },
    },
  };
}

function entryFromEnvironment(): Entry {
  const named = process.env["ENTRY"] ?? "shop";
  const entry = ENTRIES.find((known) => known === named);
  if (!entry) throw new Error(`ENTRY must be one of ${ENTRIES.join(", ")}, not ${named}`);
  return entry;
}

export default defineConfig(({ mode }) => {
  if (mode === "test")
    return { plugins: [vue()], test: { environment: "happy-dom", include: ["tests/**/*.test.ts"] } };
  const entry = entryFromEnvironment();
  return isDocument(entry) ? documentConfig(entry) : pageConfig(entry);
});
