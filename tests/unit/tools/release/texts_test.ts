/** The texts of a release: checksums, notes, the table of sizes, the repository's name in the scripts. */

import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { resolve } from "node:path";
import { formatChecksums, readChecksums, sha256 } from "../../../../tools/release/checksums.ts";
import {
  checkDated,
  checkTag,
  notForPublishing,
  releaseNotes,
  withInstallation,
} from "../../../../tools/release/notes.ts";
import { Problem } from "../../../../tools/release/problem.ts";
import { sizeTable } from "../../../../tools/release/sizes.ts";
import { stamp, stampReadme } from "../../../../tools/release/stamp.ts";
import { archiveName, TARGETS } from "../../../../tools/release/targets.ts";
import { testProperty } from "../../../support/property.ts";

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

testProperty("checksums are read as they were written", { weight: 1 }, (check) => {
  const name = fc.stringMatching(/^[A-Za-z0-9._+-]{1,40}$/);
  const sum = fc.stringMatching(/^[0-9a-f]{64}$/);
  check(fc.property(fc.array(fc.tuple(name, sum)), (pairs) => {
    const sums = new Map(pairs);
    assertEquals(readChecksums(formatChecksums(sums)), sums);
  }));
});

testProperty(
  "any text gives only complete checksums",
  { weight: 1 },
  (check) => {
    const line = fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-f]{60,66} [ *]?[^ ]{0,3}$/));
    check(fc.property(fc.array(line), (lines) => {
      for (const [name, sum] of readChecksums(lines.join("\n"))) {
        assertMatch(sum, /^[0-9a-f]{64}$/);
        assertMatch(name, /^\S+$/);
      }
    }));
  },
);

Deno.test("a checksum is the one that sha256sum gives", async () => {
  assertEquals(
    await sha256(new TextEncoder().encode("chat\n")),
    "d03a7ba834457c81580617b90aac6f6505232f556952fcb7fabb3a740b1c2170",
  );
});

Deno.test("the notes of a release are its section of the changelog", () => {
  assertEquals(releaseNotes(CHANGELOG, "0.2.0"), "- Two.\n\n### More\n\n- Three.\n");
  assertEquals(releaseNotes(CHANGELOG, "0.1.0"), "The first version.\n");
  assertEquals(releaseNotes(CHANGELOG.replaceAll("\n", "\r\n"), "0.1.0"), "The first version.\n");
});

Deno.test("the notes of a release with the stand-ins begin by saying that it must not be published", () => {
  const notes = notForPublishing("- New.\n");
  assertMatch(notes, /^\*\*Not for publishing:[^\n]*stand-ins[^\n]*\n\n- New\.\n$/);
});

Deno.test("a version missing from the changelog is refused", () => {
  for (const version of ["0.2", "0.3.0", "0.1", ""]) {
    assertThrows(() => releaseNotes(CHANGELOG, version), Problem, `says nothing of ${version}`);
  }
});

testProperty(
  "notes never contain another version's heading",
  { weight: 1 },
  (check) => {
    const text = fc.array(fc.constantFrom("## 1.0.0", "## 2.0.0, x", "- a", "", "### b", "## "))
      .map(
        (lines) => lines.join("\n"),
      );
    check(fc.property(text, (changelog) => {
      try {
        assertEquals(/^## /m.test(releaseNotes(changelog, "1.0.0")), false);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
      }
    }));
  },
);

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

Deno.test("the table of sizes has a line for each target, with our share", () => {
  const [linux, , , , windows] = TARGETS;
  const MIB = 2 ** 20;
  const table = sizeTable([
    { target: linux!, executable: 90 * MIB, runtime: 89 * MIB, archive: 35.25 * MIB },
    { target: windows!, executable: 100 * MIB, runtime: undefined, archive: 40 * MIB },
  ]);
  assertEquals(table.split("\n"), [
    "target                    executable   runtime  our own   archive",
    "x86_64-unknown-linux-gnu    90.0 MiB  89.0 MiB  1.0 MiB  35.3 MiB",
    "x86_64-pc-windows-msvc     100.0 MiB         ?        ?  40.0 MiB",
  ]);
});

Deno.test("an archive is named after the version and the target", () => {
  assertEquals(TARGETS.map((target) => archiveName("1.2.3", target)), [
    "chat-1.2.3-x86_64-unknown-linux-gnu.tar.gz",
    "chat-1.2.3-aarch64-unknown-linux-gnu.tar.gz",
    "chat-1.2.3-x86_64-apple-darwin.tar.gz",
    "chat-1.2.3-aarch64-apple-darwin.tar.gz",
    "chat-1.2.3-x86_64-pc-windows-msvc.zip",
  ]);
});

Deno.test("the notes have the two lines that install, with the repository's name", () => {
  const notes = withInstallation("- New.\n", "someone/talk");
  assert(notes.startsWith("- New.\n\n## Install\n"));
  const commands = notes.split("\n").filter((line) => line.includes("https://"));
  const from = "https://github.com/someone/talk/releases/latest/download";
  assertEquals(commands, [`curl -fsSL ${from}/install.sh | sh`, `irm ${from}/install.ps1 | iex`]);
});

Deno.test("a README has the repository's name where it says OWNER/chat", () => {
  assertEquals(stampReadme("see OWNER/chat.\n", "someone/talk"), "see someone/talk.\n");
});

Deno.test("no README has an address that works only once it is released", async () => {
  for (const path of ["README.md", "docs/README.es.md"]) {
    const readme = await Deno.readTextFile(`${ROOT}/${path}`);
    assertEquals(readme.match(/OWNER\/|releases\/latest/g), null, path);
  }
});
