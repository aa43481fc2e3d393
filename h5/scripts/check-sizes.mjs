// Fails when an entry weighs more than its budget (gzip bytes of what the page pulls in at once).
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const KIB = 1024;
const BUDGETS = [
  { entry: "scan", kind: "document", most: 15 * KIB },
  { entry: "film", kind: "document", most: 10 * KIB },
  { entry: "shop", kind: "js", most: 65 * KIB },
  { entry: "shop", kind: "css", most: 10 * KIB },
  { entry: "terminal", kind: "js", most: 65 * KIB },
  { entry: "terminal", kind: "css", most: 10 * KIB },
  { entry: "dealer", kind: "js", most: 65 * KIB },
  { entry: "dealer", kind: "css", most: 10 * KIB },
  { entry: "join", kind: "js", most: 65 * KIB },
  { entry: "join", kind: "css", most: 10 * KIB },
  { entry: "warehouse", kind: "js", most: 50 * KIB },
  { entry: "warehouse", kind: "css", most: 10 * KIB },
  { entry: "console", kind: "js", most: 120 * KIB },
];

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const read = (path) => readFileSync(here(path), "utf8");
const weigh = (text) => gzipSync(text, { level: 6 }).length;

// The server fills the template; its tags and both languages weigh more than any page made from it.
const PARTS = { scan: ["landing.html", "rules.html", "texts.py"], film: ["film.html", "film.py"] };
function documentOf(entry) {
  const pages = PARTS[entry].map((name) => `../../app/scans/pages/${name}`);
  return weigh([...pages, "../dist/scan/scan.css", `../dist/${entry}/${entry}.js`].map(read).join("\n"));
}

function pulledIn(entry, kind) {
  const page = read(`../dist/${entry}/index.html`);
  const assets = [...page.matchAll(new RegExp(`/h5/${entry}/(assets/[^"]+\\.${kind})"`, "g"))];
  return assets.reduce((sum, [, name]) => sum + weigh(read(`../dist/${entry}/${name}`)), 0);
}

let heavy = false;
for (const { entry, kind, most } of BUDGETS) {
  if (!existsSync(here(`../dist/${entry}`))) throw new Error(`dist/${entry} is missing: npm run build`);
  const weight = kind === "document" ? documentOf(entry) : pulledIn(entry, kind);
  const verdict = weight <= most ? "ok" : "too heavy";
  heavy ||= weight > most;
  console.log(`${entry} ${kind}: ${(weight / KIB).toFixed(1)} of ${most / KIB} KiB ${verdict}`);
}
process.exitCode = heavy ? 1 : 0;
