/** Asks at a terminal for what is not to be seen, where nothing else reads or draws. It knows nothing of what it is for. */

import { Prompt } from "./prompt.ts";

const READ_BUFFER = 4096;

const utf8 = new TextEncoder();

/**
 * The line that is typed, of which nothing is shown; undefined after Ctrl-C, Ctrl-D or the terminal's end. What is typed
 * behind it in the same moment is dropped.
 */
export async function askSecret(question: string): Promise<string | undefined> {
  let answer: { line: string | undefined } | undefined;
  const prompt = new Prompt({
    onSubmit: (line) => answer ??= { line },
    onChange: () => {},
    onInterrupt: () => answer ??= { line: undefined },
    onEnd: () => {
      answer ??= { line: undefined };
      return true;
    },
    onClear: () => {},
  }, { shouldRemember: () => false });
  const restore = () => Deno.stdin.setRaw(false);
  const buffer = new Uint8Array(READ_BUFFER);
  Deno.stdin.setRaw(true);
  globalThis.addEventListener("unload", restore);
  try {
    Deno.stdout.writeSync(utf8.encode(`${question} `));
    while (answer === undefined) {
      const size = await Deno.stdin.read(buffer);
      if (size === null) return undefined;
      prompt.feed(buffer.slice(0, size));
    }
    return answer.line;
  } finally {
    globalThis.removeEventListener("unload", restore);
    restore();
    Deno.stdout.writeSync(utf8.encode("\n"));
  }
}
