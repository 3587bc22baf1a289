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

/**
 * Asks for a line without showing it; undefined after Ctrl-C, Ctrl-D or the end of input. Input that arrives together with
 * the line but after it is dropped.
 */
export async function askSecret(question: string): Promise<string | undefined> {
  let answer: { line: string | undefined } | undefined;
  const end = (line?: string) => {
    answer ??= { line };
    return true;
  };
  const prompt = new Prompt({ onSubmit: end, onInterrupt: end, onEnd: end });
  const keyboard = new Keyboard({
    onKey: (key) => prompt.press(key),
    onPaste: (text) => prompt.insert(text),
    onCursorReport: () => {},
  }, after);
  const restore = () => Deno.stdin.setRaw(false);
  const buffer = new Uint8Array(READ_BUFFER);
  Deno.stdin.setRaw(true);
  globalThis.addEventListener("unload", restore);
  try {
    write(Deno.stdout, `${question} `);
    while (answer === undefined) {
      const size = await Deno.stdin.read(buffer);
      if (size === null) return undefined;
      keyboard.feed(buffer.subarray(0, size));
    }
    return answer.line;
  } finally {
    keyboard.close();
    globalThis.removeEventListener("unload", restore);
    restore();
    write(Deno.stdout, "\n");
  }
}
