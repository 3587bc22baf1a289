/** That every link of the documents leads somewhere, as far as that can be followed without a network. */

import { assert, assertEquals } from "@std/assert";
import { type Document, parseDocument, readDocuments, ROOT } from "../../support/markdown.ts";

const documents = await readDocuments();

/** What GitHub shows beside the files of a repository, as it is linked to from one of them. */
const BESIDE = new Set(["../../releases/latest"]);

/** Why a link leads nowhere; undefined where it does. */
async function fault({ path }: Document, target: string): Promise<string | undefined> {
  if (BESIDE.has(target)) return undefined;
  if (/^[a-z]+:/i.test(target)) {
    const url = URL.parse(target);
    return url?.protocol === "https:" && url.hostname.includes(".") ? undefined : "is no address";
  }
  const [file = "", anchor] = target.split("#");
  const url = file === "" ? new URL(path, ROOT) : new URL(file, new URL(path, ROOT));
  if (!url.href.startsWith(ROOT.href)) return "is outside of the repository";
  const found = await Deno.stat(url).catch(() => undefined);
  if (!found) return "is not there";
  if (found.isDirectory !== file.endsWith("/")) {
    return "is a folder if, and only if, it ends with /";
  }
  if (anchor === undefined) return undefined;
  const there = url.href.slice(ROOT.href.length);
  const other = parseDocument(there, await Deno.readTextFile(url));
  return other.headings.some(({ slug }) => slug === anchor) ? undefined : "has no such heading";
}

Deno.test("every link of every document leads somewhere", async () => {
  const wrong: string[] = [];
  for (const document of documents) {
    for (const { target } of document.links) {
      const reason = await fault(document, target);
      if (reason) wrong.push(`${document.path}: ${target} ${reason}`);
    }
  }
  assertEquals(wrong, []);
});

Deno.test("every document can be reached from the README", () => {
  const reached = new Set<string>();
  const visit = (path: string) => {
    const document = documents.find((each) => each.path === path);
    if (!document || reached.has(path)) return;
    reached.add(path);
    for (const { target } of document.links) {
      const url = URL.parse(target.split("#")[0]!, new URL(path, ROOT));
      if (url?.href.startsWith(ROOT.href)) visit(url.href.slice(ROOT.href.length));
    }
  };
  visit("README.md");
  assertEquals([...reached].sort(), documents.map(({ path }) => path));
});

Deno.test("each picture says what it shows", () => {
  for (const { path, text } of documents) {
    assert(!/!\[\]\(/.test(text), `${path} has a picture without words`);
  }
});

Deno.test("each file that a document names in its code or its words is there", async () => {
  const wrong: string[] = [];
  for (const { path, words } of documents) {
    for (const word of words) {
      // Those that are made, and those of the people who read it, have no folder of the project before them.
      const [, named] =
        /^((?:server|client|protocol|i18n|cli|tests|tools|docs|deploy|\.github)\/[\w./-]*)$/
          .exec(word) ?? [];
      if (named === undefined) continue;
      const found = await Deno.stat(new URL(named, ROOT)).catch(() => undefined);
      if (!found) wrong.push(`${path}: ${word}`);
    }
  }
  assertEquals(wrong, []);
});
