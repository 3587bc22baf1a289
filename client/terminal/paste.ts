/** Separates pasted text from typed keys in the input of a terminal ("bracketed paste" in xterm's control sequences). */

import { sanitize } from "../../common/protocol/sanitize.ts";

/** A terminal without bracketed paste ignores this, and sends a paste as if it were typed. */
export const ENABLE_BRACKETED_PASTE = "\x1b[?2004h";
/** Must be written before the terminal is given back. */
export const DISABLE_BRACKETED_PASTE = "\x1b[?2004l";

/** How much of a paste is kept, in bytes of UTF-8. */
export const MAX_PASTE_BYTES = 64 * 1024;

const START = "\x1b[200~";
// deno-lint-ignore no-control-regex
const MARKER = /\x1b\[20[01]~/g;
/** The beginning of a marker at the end of the text. */
// deno-lint-ignore no-control-regex
const PARTIAL_MARKER = /\x1b(?:\[(?:2(?:0[01]?)?)?)?$/;

const utf8 = new TextEncoder();

export type InputSegment =
  /** Keys as the terminal sent them. */
  | { kind: "typed"; keys: string }
  /** Sanitized text with LF between its lines and none at the end. With `isCut` it was too long, and its end is missing. */
  | { kind: "pasted"; text: string; isCut: boolean };

/**
 * Splits the terminal's text, in chunks of any size. It holds at most `maxBytes` of a paste, and drops the rest up to its
 * end; of typed keys it holds at most the five characters of an incomplete marker.
 *
 * The first end marker ends a paste, as in every line editor: if a paste contains one, the text after it counts as typed.
 * Keeping that out is the terminal's task, and most do it (xterm, for one, pastes no ESC). An end marker outside a paste
 * is dropped; a start marker inside a paste is text.
 */
export class PasteSplitter {
  readonly #maxBytes: number;
  /** The beginning of a possible marker. */
  #held = "";
  #paste: PasteBuffer | undefined;

  constructor({ maxBytes = MAX_PASTE_BYTES } = {}) {
    this.#maxBytes = maxBytes;
  }

  /**
   * What waits for more bytes: `key`, an ESC that may be the key or the beginning of a marker; or `paste`, one without its
   * end. If nothing follows, the owner must call {@linkcode flush}: soon for a key, after seconds for a paste, since the
   * rest of a paste would then count as typed.
   */
  get pending(): "nothing" | "key" | "paste" {
    if (this.#paste) return "paste";
    return this.#held.length > 0 ? "key" : "nothing";
  }

  /** Takes text, and returns the segments that are complete. */
  push(received: string): InputSegment[] {
    const text = this.#held + received;
    const segments: InputSegment[] = [];
    let from = 0;
    for (const { 0: marker, index } of text.matchAll(MARKER)) {
      const isStart = marker === START;
      if (isStart && this.#paste) continue;
      this.#append(text.slice(from, index), segments);
      from = index + marker.length;
      if (isStart) this.#paste = new PasteBuffer(this.#maxBytes);
      else this.#endPaste(segments);
    }
    const to = PARTIAL_MARKER.exec(text)?.index ?? text.length;
    this.#append(text.slice(from, to), segments);
    this.#held = text.slice(to);
    return segments;
  }

  /** Returns what waits for more bytes: a key as typed, a paste as if it had ended. */
  flush(): InputSegment[] {
    const segments: InputSegment[] = [];
    this.#append(this.#held, segments);
    this.#held = "";
    this.#endPaste(segments);
    return segments;
  }

  #append(text: string, segments: InputSegment[]): void {
    if (this.#paste) this.#paste.add(text);
    else if (text !== "") segments.push({ kind: "typed", keys: text });
  }

  #endPaste(segments: InputSegment[]): void {
    if (this.#paste) segments.push(this.#paste.end());
    this.#paste = undefined;
  }
}

/** The text of one paste, received in chunks. */
class PasteBuffer {
  readonly #maxBytes: number;
  #text = "";
  #isCut = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(text: string): void {
    const kept = text.slice(0, this.#maxBytes - this.#text.length); // each takes a byte at least
    this.#text += kept;
    this.#isCut ||= kept.length < text.length;
  }

  end(): InputSegment {
    const text = this.#text.replace(/^\uFEFF/, "");
    const safe = withoutEndingNewlines(sanitize(text, { newlines: true }));
    // Sanitizing makes text longer: tabs and replaced characters.
    const { read } = utf8.encodeInto(safe, new Uint8Array(this.#maxBytes));
    return {
      kind: "pasted",
      text: withoutEndingNewlines(safe.slice(0, read)),
      isCut: this.#isCut || read < safe.length,
    };
  }
}

/** In linear time, unlike a regular expression on a text of newlines. */
function withoutEndingNewlines(text: string): string {
  let end = text.length;
  while (text[end - 1] === "\n") end--;
  return text.slice(0, end);
}
