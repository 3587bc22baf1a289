/** Asks for a line at a terminal, before the chat takes it over. */

import { write } from "../../common/cli/output.ts";
import { fit } from "../../common/cli/tell.ts";
import { after } from "../../common/cli/timers.ts";
import { Keyboard } from "./keyboard.ts";
import { Prompt } from "./prompt.ts";

const READ_BUFFER = 4096;

/** Asks for a line, which the terminal shows and edits; undefined at the end of input. */
export async function askLine(question: string): Promise<string | undefined> {
  write(Deno.stdout, `${fit(question, "stdout")} `);
  // A read from a terminal ends with the line, however much was typed ahead.
  const buffer = new Uint8Array(READ_BUFFER);
  const size = await Deno.stdin.read(buffer);
  const answer = size === null ? undefined : new TextDecoder().decode(buffer.subarray(0, size));
  if (!answer?.endsWith("\n")) write(Deno.stdout, "\n"); // the next output begins on a line of its own
  return answer?.trim();
}

/** The input that was read together with a secret and follows it. */
let typedAhead = new Uint8Array();

/** Standard input, in which what was typed after a secret comes first. */
export const userInput = {
  async read(buffer: Uint8Array): Promise<number | null> {
    if (typedAhead.length === 0) return await Deno.stdin.read(buffer);
    const taken = typedAhead.subarray(0, buffer.length);
    buffer.set(taken);
    typedAhead = typedAhead.subarray(taken.length);
    return taken.length;
  },
};

/** Asks for a line without showing it; undefined after Ctrl-C, Ctrl-D or the end of input. */
export async function askSecret(question: string): Promise<string | undefined> {
  let answer: { line: string | undefined } | undefined;
  const end = (line?: string) => {
    answer ??= { line };
    return true;
  };
  const prompt = new Prompt({ onSubmit: end, onInterrupt: end, onEnd: end });
  const keyboard = new Keyboard({
    onKey: (key) => prompt.press(key),
    onPaste: (text = "") => prompt.insert(text),
    onCursorReport: () => {},
  }, after);
  const restore = () => Deno.stdin.setRaw(false);
  const buffer = new Uint8Array(READ_BUFFER);
  Deno.stdin.setRaw(true);
  globalThis.addEventListener("unload", restore);
  try {
    write(Deno.stdout, `${question} `);
    while (answer === undefined) {
      const size = await userInput.read(buffer);
      if (size === null) return undefined;
      let used = 0;
      for (; used < size && answer === undefined; used++) {
        keyboard.feed(buffer.subarray(used, used + 1));
      }
      // Enter is CR in raw mode.
      typedAhead = buffer.slice(used, size).map((byte) => byte === 13 ? 10 : byte);
    }
    return answer.line;
  } finally {
    keyboard.close();
    globalThis.removeEventListener("unload", restore);
    restore();
    write(Deno.stdout, "\n");
  }
}
