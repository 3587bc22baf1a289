/** The notes of a release: its section of CHANGELOG.md, and how to install it. */

import { Problem } from "./problem.ts";

/** @throws {Problem} if the tag is not that of this version. */
export function checkTag(tag: string, version: string): void {
  if (tag === `v${version}`) return;
  throw new Problem(
    `the tag ${tag} is not v${version}, the version in deno.json`,
  );
}

/**
 * The section of a version, without its heading.
 *
 * @throws {Problem} if the section is missing or empty.
 */
export function releaseNotes(changelog: string, version: string): string {
  const found = section(changelog, version);
  if (!found?.text) {
    throw new Problem(`CHANGELOG.md says nothing of ${version}: add "## ${version}"`);
  }
  return found.text + "\n";
}

/** Marks the notes of a release with the stand-ins, in case it is uploaded anyway. */
export function notForPublishing(notes: string): string {
  return `**Not for publishing: built with the stand-ins for @std.**\n\n${notes}`;
}

/** Notes with the commands that install the release. */
export function withInstallation(notes: string, repository: string): string {
  const from = `https://github.com/${repository}/releases/latest/download`;
  return [
    notes.trimEnd(),
    "",
    "## Install",
    "",
    "On Linux and macOS:",
    "",
    "```sh",
    `curl -fsSL ${from}/install.sh | sh`,
    "```",
    "",
    "On Windows, in PowerShell:",
    "",
    "```powershell",
    `irm ${from}/install.ps1 | iex`,
    "```",
    "",
    "Each file is in SHA256SUMS, and " +
    `\`gh attestation verify FILE --repo ${repository}\` proves where it was built.`,
    "",
  ].join("\n");
}

/** @throws {Problem} if CHANGELOG.md still calls the version unreleased. */
export function checkDated(changelog: string, version: string): void {
  if (!/unreleased/i.test(section(changelog, version)?.heading ?? "")) return;
  throw new Problem(`CHANGELOG.md calls ${version} unreleased: give it its date`);
}

/** A heading is `## 1.2.3`, then anything after a comma or a space. */
function section(changelog: string, version: string) {
  const parts = changelog.replaceAll("\r\n", "\n").split(/^## /m).slice(1);
  for (const part of parts) {
    const [heading = "", ...lines] = part.split("\n");
    if (heading.split(/[, ]/)[0] === version) return { heading, text: lines.join("\n").trim() };
  }
  return undefined;
}
