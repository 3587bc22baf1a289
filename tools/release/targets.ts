/** The machines with an executable, and the names of a release's files. */

export interface Target {
  /** Deno's and Rust's name for it. */
  readonly triple: string;
  /** For readers. */
  readonly machine: string;
  /** The executable's name. */
  readonly executable: string;
  readonly ending: ".tar.gz" | ".zip";
}

const unix = { executable: "chat", ending: ".tar.gz" } as const;

/** Every target of `deno compile`. install.sh and install.ps1 list the same ones. */
export const TARGETS: readonly Target[] = [
  { triple: "x86_64-unknown-linux-gnu", machine: "Linux, x86-64", ...unix },
  { triple: "aarch64-unknown-linux-gnu", machine: "Linux, ARM64", ...unix },
  { triple: "x86_64-apple-darwin", machine: "macOS, Intel", ...unix },
  { triple: "aarch64-apple-darwin", machine: "macOS, Apple silicon", ...unix },
  {
    triple: "x86_64-pc-windows-msvc",
    machine: "Windows, x86-64",
    executable: "chat.exe",
    ending: ".zip",
  },
];

export const CHECKSUMS = "SHA256SUMS";

/** The folder in an archive, and the archive's name without its ending. */
export function folderName(version: string, { triple }: Target): string {
  return `chat-${version}-${triple}`;
}

export function archiveName(version: string, target: Target): string {
  return folderName(version, target) + target.ending;
}
