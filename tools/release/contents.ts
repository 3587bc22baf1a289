/** The files that come with the executable: READMEs, licence, manual page, completions. */

import type { File } from "./archive.ts";
import { Problem } from "./problem.ts";

/** Runs the program and returns its output. */
export type RunChat = (
  args: readonly string[],
) => Promise<{ code: number; stdout: string; stderr: string }>;

const TEXTS = ["README.md", "docs/README.es.md", "LICENSE"] as const;

/** The files that the program writes itself, with its arguments. install.sh lists the same files. */
export const WRITTEN: Readonly<Record<string, readonly string[]>> = {
  "chat.1": ["man"],
  "completions/chat.bash": ["completions", "bash"],
  "completions/_chat": ["completions", "zsh"],
  "completions/chat.fish": ["completions", "fish"],
  "completions/chat.ps1": ["completions", "powershell"],
};

/** The files that are the same in every archive. `root` is the repository's folder. */
export async function commonFiles(root: string, run: RunChat): Promise<File[]> {
  const texts = await Promise.all(
    TEXTS.map(async (path) => ({ path, content: await Deno.readFile(`${root}/${path}`) })),
  );
  return [...texts, ...await writtenFiles(run)];
}

/** @throws {Problem} if the program cannot write one of them. */
export async function writtenFiles(run: RunChat): Promise<File[]> {
  const files: File[] = [];
  for (const [path, args] of Object.entries(WRITTEN)) {
    const { code, stdout, stderr } = await run(args);
    if (code !== 0 || stdout === "") {
      const reason = stderr.split("\n")[0] || `it exited with ${code} and wrote nothing`;
      throw new Problem(`cannot make ${path} with "chat ${args.join(" ")}": ${reason}`);
    }
    files.push({ path, content: new TextEncoder().encode(stdout) });
  }
  return files;
}
