/** Asks at a terminal, where nothing else reads or draws, for a line that may be seen. It knows nothing of what it is for. */

import { writeAll } from "../../common/cli/own_files.ts";

const READ_BUFFER = 4096;

const utf8 = new TextEncoder();

/** The line that is typed, which the terminal itself shows and edits; undefined at its end. */
export async function askLine(question: string): Promise<string | undefined> {
  await print(`${question} `);
  // A terminal gives one line at a time, however much was typed ahead.
  const buffer = new Uint8Array(READ_BUFFER);
  const size = await Deno.stdin.read(buffer);
  const answer = size === null ? undefined : new TextDecoder().decode(buffer.subarray(0, size));
  if (!answer?.endsWith("\n")) await print("\n"); // what follows gets a line of its own
  return answer?.trim();
}

function print(text: string): Promise<void> {
  return writeAll(Deno.stdout, utf8.encode(text));
}
