/** What comes with the executable: what there is to read, the manual page, and completions for shells. */

import type { File } from "./archive.ts";
import { Problem } from "./problem.ts";
import { stampReadme } from "./stamp.ts";

/** Runs the program, of which only these are asked, and gives what it has said. */
export type RunChat = (
  args: readonly string[],
) => Promise<{ code: number; stdout: string; stderr: string }>;

/** As they stand in the repository, but for its name in the READMEs. */
const TEXTS = ["README.md", "docs/README.es.md", "LICENSE"] as const;

/** What the program writes itself: the file, and how it is asked. install.sh knows the same files. */
export const WRITTEN: Readonly<Record<string, readonly string[]>> = {
  "chat.1": ["man"],
  "completions/chat.bash": ["completions", "bash"],
  "completions/_chat": ["completions", "zsh"],
  "completions/chat.fish": ["completions", "fish"],
  "completions/chat.ps1": ["completions", "powershell"],
};

/** All that is the same in every archive. `root` is the repository's folder, `repository` its name where that is known. */
export async function commonFiles(
  root: string,
  run: RunChat,
  repository?: string,
): Promise<File[]> {
  const texts = await Promise.all(TEXTS.map(async (path) => {
    const text = await Deno.readTextFile(`${root}/${path}`);
    const said = repository ? stampReadme(text, repository) : text;
    return { path, content: new TextEncoder().encode(said) };
  }));
  return [...texts, ...await writtenFiles(run)];
}

/** @throws {Problem} where the program does not know one of them. */
export async function writtenFiles(run: RunChat): Promise<File[]> {
  const files: File[] = [];
  for (const [path, args] of Object.entries(WRITTEN)) {
    const { code, stdout, stderr } = await run(args);
    if (code !== 0 || stdout === "") {
      const reason = stderr.split("\n")[0] || `it ended with ${code} and wrote nothing`;
      throw new Problem(`cannot make ${path} with "chat ${args.join(" ")}": ${reason}`);
    }
    files.push({ path, content: new TextEncoder().encode(stdout) });
  }
  return files;
}
