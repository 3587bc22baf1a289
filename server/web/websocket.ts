/** The WebSocket of a page (RFC 6455), by the package ws: the lines in what it sends, and the frames for it. */

import { Buffer } from "node:buffer";
import { Receiver, Sender } from "ws";
import type { Peer } from "../model/session.ts";

const [TEXT, CLOSE, PONG] = [1, 8, 10] as const;
/** Pieces of a message and reads of a frame that are kept at the same time: each takes memory besides its bytes. */
const MAX_PIECES = 1024;
const LF = 0x0a;
const NEWLINE = Uint8Array.of(LF);
const NOTHING = new Uint8Array(0);

/** A message was longer than the longest line. This and the others are close codes (RFC 6455, section 7.4.1). */
export const TOO_LONG = 1009;
const CODES = { goingAway: 1001, protocol: 1002, binary: 1003, none: 1005 } as const;
/** By the package's codes; all others are protocol errors. */
const FAULTS: Readonly<Record<string, number>> = {
  WS_ERR_INVALID_UTF8: 1007,
  WS_ERR_TOO_MANY_BUFFERED_PARTS: 1008,
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: TOO_LONG,
};

/** One message that holds whole lines. */
export function frameLines(lines: Uint8Array): Uint8Array {
  return frame(lines, TEXT);
}

function frame(payload: Uint8Array, opcode: number): Uint8Array {
  return Buffer.concat(Sender.frame(payload, { opcode, fin: true, rsv1: false, mask: false }));
}

export class WebSocketDecoder {
  readonly #maxLine: number;
  readonly #peer: Pick<Peer, "send">;
  /** Undefined between two messages: a receiver takes 1 KB, and most pages are idle. */
  #receiver: Receiver | undefined;
  /** Of the last bytes, each ended by an LF. */
  #messages: Uint8Array[] = [];
  /** The payload of the last ping that was not answered. */
  #ping: Uint8Array | undefined;
  /** Of the page's Close frame. */
  #closed: number | undefined;
  /** The close code for the rule that the page has broken. */
  fault: number | undefined;

  /** `peer` is sent the pongs. A message may be as long as the longest line with its LF. */
  constructor(maxLine: number, peer: Pick<Peer, "send">) {
    this.#maxLine = maxLine;
    this.#peer = peer;
  }

  /** The messages that these bytes end, as lines. */
  decode(bytes: Uint8Array): Uint8Array {
    if (this.isOver || bytes.length === 0) return NOTHING;
    const receiver = this.#receiver ?? this.#makeReceiver();
    // Not by `write`, which reports a fault only later.
    receiver._write(Buffer.from(bytes), "buffer", (fault?: { code: string }) => {
      if (fault) this.fault ??= FAULTS[fault.code] ?? CODES.protocol;
    });
    const isBetween = receiver._bufferedBytes + receiver._state + receiver._fragmented === 0;
    this.#receiver = isBetween ? undefined : receiver;
    if (this.#ping && !this.isOver) this.#peer.send(frame(this.#ping, PONG));
    this.#ping = undefined; // only the last needs an answer (section 5.5.3)
    return Buffer.concat(this.#messages.splice(0));
  }

  #makeReceiver(): Receiver {
    const receiver = new Receiver({
      isServer: true,
      maxPayload: this.#maxLine + 1,
      maxFragments: MAX_PIECES,
      maxBufferedChunks: MAX_PIECES,
    });
    receiver.on("message", (message: Uint8Array, isBinary: boolean) => {
      if (isBinary) this.fault ??= CODES.binary;
      if (this.isOver) return;
      this.#messages.push(message);
      if (message.at(-1) !== LF) this.#messages.push(NEWLINE);
    });
    receiver.on("ping", (payload: Uint8Array) => this.#ping = payload);
    receiver.on("conclude", (code: number) => this.#closed = code);
    return receiver;
  }

  /** Whether the page has closed the socket or broken a rule. */
  get isOver(): boolean {
    return (this.fault ?? this.#closed) !== undefined;
  }

  /** The frame that closes the socket: it names the broken rule, answers that of the page, or says that the hub goes. */
  closeFrame(): Uint8Array {
    const code = this.fault ?? this.#closed ?? CODES.goingAway;
    return frame(code === CODES.none ? NOTHING : Uint8Array.of(code >> 8, code & 0xff), CLOSE);
  }
}
