/** What comes with the executable: what there is to read, the manual page, and completions for shells. */

import type { File } from "./archive.ts";
import { Problem } from "./problem.ts";

/** Runs the program, of which only these are asked, and gives what it has said. */
export type RunChat = (
  args: readonly string[],
) => Promise<{ code: number; stdout: string; stderr: string }>;

/** As they stand in the repository. */
const TEXTS = ["README.md", "LICENSE"] as const;
const MORE_TEXTS = ["README.es.md"] as const;

/** What the program writes itself: the file, and how it is asked. install.sh knows the same files. */
export const WRITTEN: Readonly<Record<string, readonly string[]>> = {
  "chat.1": ["man"],
  "completions/chat.bash": ["completions", "bash"],
  "completions/_chat": ["completions", "zsh"],
  "completions/chat.fish": ["completions", "fish"],
  "completions/chat.ps1": ["completions", "powershell"],
};

/** All that is the same in every archive. `root` is the repository's folder. */
export async function commonFiles(root: string, run: RunChat): Promise<File[]> {
  const texts = await Promise.all([
    ...TEXTS.map((path) => read(root, path)),
    ...MORE_TEXTS.map((path) => readIfThere(root, path)),
  ]);
  return [...texts.filter((file) => file !== undefined), ...await writtenFiles(run)];
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

async function read(root: string, path: string): Promise<File> {
  return { path, content: await Deno.readFile(`${root}/${path}`) };
}

async function readIfThere(root: string, path: string): Promise<File | undefined> {
  try {
    return await read(root, path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
