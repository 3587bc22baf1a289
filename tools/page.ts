/**
 * `deno task page [--check]`: makes the documents of the page, server/web/page/LANG.html, from web/. With `--check` it
 * only says whether they are stale.
 */

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { isKey, type Lang, LANGS, translate } from "../common/i18n/mod.ts";
import { complain, print } from "./console.ts";

const ROOT = resolve(import.meta.dirname!, "..");
/** Of a document as browsers receive it, compressed, in bytes. */
const MAX_SIZE = 60 * 1024;
const OTHER_SOURCES = ["web/index.html", "web/style.css", "tools/page.ts"];

const pathOf = (lang: Lang) => `server/web/page/${lang}.html`;

/** The languages whose document was made from other sources than there are now. */
export async function findStale(): Promise<Lang[]> {
  const stale: Lang[] = [];
  for (const lang of LANGS) {
    const document = await read(pathOf(lang)).catch(() => "");
    if (!document.includes(await digestSources(lang))) stale.push(lang);
  }
  return stale;
}

async function makeDocument(lang: Lang): Promise<string> {
  const script = await runDeno(lang, "bundle", "--minify", "--platform=browser");
  const style = shrinkCss(await read("web/style.css"));
  const digest = await digestSources(lang);
  return (await read("web/index.html"))
    .replace(/\n\s*/g, " ").replaceAll("> <", "><")
    .replace(/\{([\w.]+)\}/g, (hole, name: string) => {
      if (name === "lang") return lang;
      return isKey(name) ? escapeHtml(translate(lang, name)) : hole;
    })
    .replace("<html", (tag) => `\n<!-- Made by deno task page from ${digest} -->\n${tag}`)
    .replace("<style>", (tag) => tag + style)
    .replace('<script type="module">', (tag) => tag + escapeScript(script.trim())) + "\n";
}

/** In a string or a pattern, neither may end the script or begin a comment of HTML. */
function escapeScript(script: string): string {
  return script.replace(/<(?=\/script|!--)/gi, "\\x3c");
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}

function shrinkCss(css: string): string {
  return css.replace(/\/\*[^]*?\*\//g, "").replace(/\s+/g, " ")
    .replace(/ ?([{};,]) ?/g, "$1").replaceAll(": ", ":").replaceAll(";}", "}").trim();
}

/** The hash of everything that a document is made from. */
async function digestSources(lang: Lang): Promise<string> {
  const { modules } = JSON.parse(await runDeno(lang, "info", "--json")) as {
    modules: { local?: string }[];
  };
  const own = modules.flatMap(({ local = "" }) =>
    local.startsWith(ROOT) ? [local.slice(ROOT.length + 1).replaceAll("\\", "/")] : []
  );
  let text = "";
  for (const path of [...own, ...OTHER_SOURCES].sort()) {
    text += `${path}\n${(await read(path)).replaceAll("\r\n", "\n")}\n`;
  }
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(hash).toHex();
}

/** Runs a subcommand of Deno for web/main.ts with the sentences of one language, and returns its output. */
async function runDeno(lang: Lang, subcommand: string, ...flags: string[]): Promise<string> {
  const folder = await Deno.makeTempDir();
  try {
    const nothing = `${folder}/nothing.ts`;
    await Deno.writeTextFile(nothing, "export const commandLine = {};\n");
    const i18n = pathToFileURL(`${ROOT}/common/i18n`);
    const imports = {
      ...JSON.parse(await read("deno.json")).imports,
      ...Object.fromEntries(LANGS.flatMap((each) => [
        [`${i18n}/${each}/command_line.ts`, `${pathToFileURL(nothing)}`],
        [`${i18n}/${each}/mod.ts`, `${i18n}/${lang}/mod.ts`],
      ])),
    };
    const map = `${folder}/import_map.json`;
    await Deno.writeTextFile(map, JSON.stringify({ imports }));
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [subcommand, "--quiet", "--no-lock", `--import-map=${map}`, ...flags, "web/main.ts"],
      cwd: ROOT,
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function read(path: string): Promise<string> {
  return Deno.readTextFile(`${ROOT}/${path}`);
}

async function main([flag]: readonly string[]): Promise<number> {
  if (flag === "--check") {
    const isStale = (await findStale()).length > 0;
    return isStale ? complain("the page is stale: run deno task page", 1) : 0;
  }
  for (const lang of LANGS) {
    const document = new TextEncoder().encode(await makeDocument(lang));
    const size = gzipSync(document).length;
    if (size > MAX_SIZE) return complain(`${pathOf(lang)}: ${size} bytes (max ${MAX_SIZE})`, 1);
    await Deno.writeFile(`${ROOT}/${pathOf(lang)}`, document);
    print(`${pathOf(lang)}: ${size} bytes (${document.length} unpacked)`);
  }
  return 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
