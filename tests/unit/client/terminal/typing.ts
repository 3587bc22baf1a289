/** Types at a prompt what a terminal sends, for tests. */

import { Keyboard } from "../../../../client/terminal/keyboard.ts";

interface Typed {
  press(key: string): void;
  insert(text: string): void;
}

/** A function that types text: keys as terminals send them. What waits for more bytes at its end counts as it is. */
export function typeInto(prompt: Typed): (text: string | Uint8Array) => void {
  let endWaiting = () => {};
  const keyboard = new Keyboard({
    onKey: (key) => prompt.press(key),
    onPaste: (text = "") => prompt.insert(text),
    onCursorReport: () => {},
  }, (_milliseconds, call) => {
    endWaiting = call;
    return () => endWaiting = () => {};
  });
  return (text) => {
    keyboard.feed(typeof text === "string" ? new TextEncoder().encode(text) : text);
    endWaiting();
  };
}
