/** Takes telnet (RFC 854), in either of its modes, out of what a text peer sends, so that telnet clients can chat. */

const NUL = 0x00;
const BS = 0x08;
const LF = 0x0a;
const CR = 0x0d;

const IAC = 255;
const DO = 253;
const WONT = 252;
const WILL = 251;
const DONT = 254;
const SB = 250;
const ERASE_CHARACTER = 247;
const SE = 240;
/** The lowest command (RFC 1184). */
const FIRST_COMMAND = 236;

/** Whether a chunk must be decoded, even if no chunk before had to be. */
export function hasTelnet(chunk: Uint8Array): boolean {
  return chunk.includes(IAC) || chunk.includes(NUL) || chunk.at(-1) === CR;
}

/** Decodes the input of one connection, at any chunking, from the first chunk on that {@linkcode hasTelnet}. */
export class TelnetDecoder {
  readonly #refuse: (refusals: Uint8Array) => void;
  #state: "data" | "command" | "option" | "subnegotiation" | "end of subnegotiation" = "data";
  #command = 0;
  #isAfterCr = false;
  /** The answers to the options that the peer asks for. */
  #refusals: number[] = [];

  /**
   * `refuse` sends the refusals of all options that a chunk asks for (RFC 1143): without them a client in character
   * mode would wait for an echo, and show nothing after an interrupt until its timing mark is answered (RFC 860).
   */
  constructor(refuse: (refusals: Uint8Array) => void) {
    this.#refuse = refuse;
  }

  /** The bytes without telnet commands, with CR LF for CR NUL of character mode; the same array if it has neither. */
  decode(bytes: Uint8Array): Uint8Array {
    if (this.#state === "data" && !hasTelnet(bytes)) {
      this.#isAfterCr = false;
      return bytes;
    }
    const data: number[] = [];
    for (const byte of bytes) {
      const decoded = this.#next(byte);
      if (decoded === undefined) continue;
      data.push(decoded === NUL && this.#isAfterCr ? LF : decoded);
      this.#isAfterCr = decoded === CR;
    }
    if (this.#refusals.length > 0) this.#refuse(Uint8Array.from(this.#refusals));
    this.#refusals = [];
    return Uint8Array.from(data);
  }

  /** The byte of data that this byte is or ends, if any. */
  #next(byte: number): number | undefined {
    const state = this.#state;
    this.#state = "data";
    switch (state) {
      case "data":
        if (byte !== IAC) return byte;
        this.#state = "command";
        return undefined;
      case "command":
        if (byte === SB) this.#state = "subnegotiation";
        else if (byte >= WILL && byte < IAC) this.#state = "option";
        this.#command = byte;
        if (byte === ERASE_CHARACTER) return BS;
        return byte === IAC || byte < FIRST_COMMAND ? byte : undefined; // an escaped 255, or no command at all
      case "option":
        if (this.#command === DO) this.#refusals.push(IAC, WONT, byte);
        if (this.#command === WILL) this.#refusals.push(IAC, DONT, byte);
        return undefined;
      case "subnegotiation":
        if (byte !== LF) this.#state = byte === IAC ? "end of subnegotiation" : state;
        return byte === LF ? byte : undefined; // it was never ended
      case "end of subnegotiation":
        if (byte !== SE) this.#state = "subnegotiation";
        return undefined;
    }
  }
}
