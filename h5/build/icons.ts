import type { Plugin } from "vite";

/**
 * Vant's icon style sheet inlines a 25 KB font and names a fallback on a foreign host.
 * The few icons that its components draw here are masks of our own instead.
 */
const SHAPES: Record<string, string> = {
  arrow: "M9 5l7 7-7 7",
  "arrow-left": "M15 5l-7 7 7 7",
  cross: "M6 6l12 12M18 6L6 18",
  clear: "M12 3a9 9 0 100 18 9 9 0 000-18M9 9l6 6M15 9l-6 6",
  success: "M5 12.5l4.5 4.5L19 7.5",
  fail: "M6 6l12 12M18 6L6 18",
};

function mask(path: string): string {
  const svg =
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none' stroke='black' " +
    `stroke-width='2' stroke-linecap='round' stroke-linejoin='round'><path d='${path}'/></svg>`;
  return `url("data:image/svg+xml,${encodeURIComponent(svg)}")`;
}

export function iconStyle(): string {
  const shared =
    ".van-icon{position:relative;display:inline-block;font-size:inherit;line-height:1}" +
    ".van-icon:before{content:'';display:inline-block;width:1em;height:1em;background:currentColor;" +
    "-webkit-mask:var(--shape) center/contain no-repeat;mask:var(--shape) center/contain no-repeat;vertical-align:-.125em}";
  const shapes = Object.entries(SHAPES).map(([name, path]) => `.van-icon-${name}{--shape:${mask(path)}}`);
  return shared + shapes.join("");
}

export function replaceVantIcons(): Plugin {
  return {
    name: "replace-vant-icons",
    enforce: "pre",
    load: (id) => (/vant\/(es|lib)\/icon\/index\.css$/.test(id) ? iconStyle() : null),
  };
}
