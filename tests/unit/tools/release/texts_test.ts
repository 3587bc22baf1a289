/** The texts of a release: its notes, and the repository's name in the scripts. */

import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { resolve } from "node:path";
import {
  checkDated,
  checkTag,
  notForPublishing,
  releaseNotes,
  withInstallation,
} from "../../../../tools/release/notes.ts";
import { Problem } from "../../../../tools/release/problem.ts";
import { stamp } from "../../../../tools/release/stamp.ts";

const ROOT = resolve(import.meta.dirname!, "../../../..");
const CHANGELOG = `# Changelog

## 0.2.0, 2026-12-01

- Two.

### More

- Three.

## 0.2, unreleased

## 0.1.0, unreleased

The first version.
`;

Deno.test("the notes of a release are its section of the changelog", () => {
  assertEquals(releaseNotes(CHANGELOG, "0.2.0"), "- Two.\n\n### More\n\n- Three.\n");
  assertEquals(releaseNotes(CHANGELOG, "0.1.0"), "The first version.\n");
  assertEquals(releaseNotes(CHANGELOG.replaceAll("\n", "\r\n"), "0.1.0"), "The first version.\n");
});

Deno.test("the notes of a release with the stand-ins begin by saying so", () => {
  assertMatch(notForPublishing("The first version.\n"), /^\*\*Not for publishing: [^\n]*stand-ins/);
});

Deno.test("a version missing from the changelog is refused", () => {
  for (const version of ["0.2", "0.3.0", "0.1", ""]) {
    assertThrows(() => releaseNotes(CHANGELOG, version), Problem, `says nothing of ${version}`);
  }
});

Deno.test("the changelog has notes for the version in deno.json", async () => {
  const { version } = JSON.parse(await Deno.readTextFile(`${ROOT}/deno.json`));
  assertMatch(releaseNotes(await Deno.readTextFile(`${ROOT}/docs/CHANGELOG.md`), version), /\w/);
});

Deno.test("a tag of another version is refused, and so is a version without a date", () => {
  checkTag("v0.2.0", "0.2.0");
  for (const tag of ["0.2.0", "v0.2", "v0.2.1", "v0.2.0-rc1", ""]) {
    assertThrows(() => checkTag(tag, "0.2.0"), Problem, `the tag ${tag} is not v0.2.0`);
  }
  checkDated(CHANGELOG, "0.2.0");
  assertThrows(() => checkDated(CHANGELOG, "0.1.0"), Problem, "calls 0.1.0 unreleased");
});

Deno.test("the scripts get the repository's name in one place, and only a valid one", async () => {
  for (const name of ["install.sh", "install.ps1"]) {
    const script = await Deno.readTextFile(`${ROOT}/deploy/${name}`);
    const stamped = stamp(script, "some-one/chat.deno");
    const changed = stamped.split("\n").filter((line, index) => line !== script.split("\n")[index]);
    assertEquals(changed.length, 1, name);
    assertMatch(changed[0]!, /= ?'some-one\/chat\.deno'$/);
    assertThrows(() => stamp(stamped, "some-one/chat"), Problem, "0 places");
    for (const wrong of ["", "chat", "a/b/c", "a/b'; rm", "a/$(b)", "-a/b", "a/b\n"]) {
      assertThrows(() => stamp(script, wrong), Problem, "OWNER/NAME");
    }
  }
});

Deno.test("the notes have the two lines that install, with the repository's name", () => {
  const notes = withInstallation("- New.\n", "someone/talk");
  assert(notes.startsWith("- New.\n\n## Install\n"));
  const commands = notes.split("\n").filter((line) => line.includes("https://"));
  const from = "https://github.com/someone/talk/releases/latest/download";
  assertEquals(commands, [`curl -fsSL ${from}/install.sh | sh`, `irm ${from}/install.ps1 | iex`]);
});

Deno.test("no README has an address that works only once it is released", async () => {
  for (const path of ["README.md", "docs/README.es.md"]) {
    const readme = await Deno.readTextFile(`${ROOT}/${path}`);
    assertEquals(readme.match(/OWNER\/|releases\/latest/g), null, path);
  }
});
