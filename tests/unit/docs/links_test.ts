/** The links of the documents, as far as they can be followed without a network. */

import { assert, assertEquals } from "@std/assert";
import { type Document, parseDocument, readDocuments, ROOT } from "../../support/markdown.ts";

const documents = await readDocuments();

/** GitHub's own page beside the files: `blob/BRANCH/` lies between it and a document at the root. */
const RELEASES = new URL("../../releases/latest", ROOT).href;

/** Why a link is broken; undefined if it is not. */
async function fault({ path }: Document, target: string): Promise<string | undefined> {
  if (URL.parse(target, new URL(path, ROOT))?.href === RELEASES) return undefined;
  if (/^[a-z]+:/i.test(target)) {
    const url = URL.parse(target);
    return url?.protocol === "https:" && url.hostname.includes(".")
      ? undefined
      : "is not an address";
  }
  const [file = "", anchor] = target.split("#");
  const url = file === "" ? new URL(path, ROOT) : new URL(file, new URL(path, ROOT));
  if (!url.href.startsWith(ROOT.href)) return "is outside the repository";
  const found = await Deno.stat(url).catch(() => undefined);
  if (!found) return "does not exist";
  if (found.isDirectory !== file.endsWith("/")) {
    return found.isDirectory ? "is a folder, and needs a / at its end" : "is not a folder";
  }
  if (anchor === undefined) return undefined;
  const there = url.href.slice(ROOT.href.length);
  const other = parseDocument(there, await Deno.readTextFile(url));
  return other.headings.some(({ slug }) => slug === anchor)
    ? undefined
    : "does not have this heading";
}

Deno.test("no link of any document is broken", async () => {
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

Deno.test("every picture has an alternative text", () => {
  for (const { path, links } of documents) {
    for (const { target, isPicture, text } of links) {
      assert(!isPicture || text !== "", `${path}: ${target} has none`);
    }
  }
});

Deno.test("every file that a document names exists", async () => {
  const wrong: string[] = [];
  for (const { path, words } of documents) {
    for (const word of words) {
      // Generated files and the readers' own files are not below a folder of the project.
      const [, named] =
        /^((?:common|server|client|tests|bench|tools|docs|deploy|\.github)\/[\w./-]*)$/
          .exec(word) ?? [];
      if (named === undefined) continue;
      const found = await Deno.stat(new URL(named, ROOT)).catch(() => undefined);
      if (!found) wrong.push(`${path}: ${word}`);
    }
  }
  assertEquals(wrong, []);
});
