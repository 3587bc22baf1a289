/** Reads what answers a probe: a hub, or some other service. */

import { defined } from "../../common/defined.ts";
import { LANGS, translate } from "../../common/i18n/mod.ts";
import { BYE_CODES } from "../../common/protocol/codes.ts";
import type { ByeFrame, ErrorFrame, HubFrames } from "../../common/protocol/frame.ts";
import { decodeHubFrame } from "../../common/protocol/frame_codec.ts";
import { LineSplitter } from "../../common/protocol/line_splitter.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";
import { beginsTls } from "../../common/protocol/tls.ts";
import { HEAD, recognise, type Stranger } from "./services.ts";

/** What answered a probe. */
export type ProbeResult =
  | HubInfo
  /** A hub that refused before it described itself; `code` is empty if the text is not known. */
  | ({ kind: "bye" } & Refusal)
  | ({ kind: "stranger" } & Stranger)
  /** It speaks TLS, and the probe did not. */
  | { kind: "tls" }
  /** It accepted the connection and sent nothing. */
  | { kind: "silent" }
  /** It accepted the connection and closed it without sending anything. */
  | { kind: "closed" };

/** Why a hub does not let the user join. */
export type Refusal = Pick<ErrorFrame | ByeFrame, "code" | "params" | "text">;

/** A hub that described itself. */
export interface HubInfo {
  kind: "hub";
  hub: string;
  protocol: number;
  /** Members online; missing if the hub does not tell. */
  people?: number;
  /** The shortest ping time, in milliseconds; missing if none was measured. */
  latency?: number;
  /** Whether a password was sent. */
  isTried: boolean;
  /** The last reason it gave for not letting the user join. */
  refusal?: Refusal;
}

/** `isClosed`: the other side has closed the connection. The others are as in {@linkcode HubInfo}. */
type Measured = { isClosed: boolean; isTried: boolean; latency: number | undefined };

/** Longest line read, in bytes; the answers to a probe are short. */
const MAX_LINE = 16 * 1024;

/** How a hub begins its own lines in the text dialect. */
const HUB_LINE = /^[*!] (.*)/;

export class ProbeReader {
  readonly #splitter = new LineSplitter({ maxLine: MAX_LINE, maxUnended: 4 * MAX_LINE });
  /** The first bytes received. */
  #head = new Uint8Array(0);
  /** The first line that is not a hub's frame. */
  #strayLine: string | undefined;
  #look: HubFrames["look"] | undefined;
  #refusal: ErrorFrame | ByeFrame | undefined;
  /** Answered pings. */
  pongs = 0;
  /** Whether the hub is delaying this connection's input; ping times then mean nothing. */
  isThrottled = false;
  #hasOverrun = false;

  push(bytes: Uint8Array): void {
    if (this.#head.length < HEAD) {
      this.#head = new Uint8Array([...this.#head, ...bytes.subarray(0, HEAD - this.#head.length)]);
    }
    this.#splitter.push(bytes);
    for (let result; (result = this.#splitter.next());) {
      if (result.kind === "line") this.#onLine(result.text);
      else this.#strayLine ??= "";
      if (result.kind === "overrun") this.#hasOverrun = true;
    }
  }

  /** Whether nothing of interest can follow: the hub said bye, or this is certainly not a hub. */
  get isDone(): boolean {
    return this.#hasOverrun || this.#refusal?.type === "bye" || beginsTls(this.#head) === true ||
      this.#isStranger;
  }

  /** Whether part of a line has come that a hub need not have sent. */
  get mayBeStranger(): boolean {
    // A slow hub may greet a text user first, and answer the probe after that.
    return this.#head.length > 0 && !this.#look && !this.#refusal && this.#strayLine === undefined;
  }

  get isHub(): boolean {
    return this.#look !== undefined;
  }

  get requiresPassword(): boolean {
    return this.#refusal?.type === "error" && this.#refusal.code === "password_wanted";
  }

  /** Forgets the answer to the first probe, before a second probe with the password. */
  clearRefusal(): void {
    this.#refusal = undefined;
  }

  /** The result so far. */
  result({ isClosed, latency, isTried }: Measured): ProbeResult {
    if (this.#look) {
      const { hub, protocol, people } = this.#look;
      const known = defined({ people, latency, refusal: this.#refusal });
      return { kind: "hub", hub, protocol, isTried, ...known };
    }
    if (this.#refusal) {
      const { code, params, text } = this.#refusal;
      return { kind: "bye", code, params, text };
    }
    if (this.#head.length === 0) return { kind: isClosed ? "closed" : "silent" };
    if (beginsTls(this.#head)) return { kind: "tls" };
    return this.#textResult();
  }

  /** Whether a whole line has come that no hub sends. */
  get #isStranger(): boolean {
    if (this.#strayLine === undefined || this.#look) return false;
    return !HUB_LINE.test(this.#strayLine) || recognise(this.#head).service !== undefined;
  }

  #onLine(line: string): void {
    const decoded = decodeHubFrame(line);
    if (decoded.kind !== "frame") {
      // Other unknown frames may come from a newer hub; a hello is an echo.
      if (decoded.kind === "invalid" || decoded.type === "hello") this.#strayLine ??= line;
      return;
    }
    const { frame } = decoded;
    if (frame.type === "look") this.#look = frame;
    else if (frame.type === "bye" || frame.type === "error") this.#refusal = frame;
    else if (frame.type === "pong") this.pongs++;
    else if (frame.type === "notice") this.isThrottled ||= frame.code === "throttled";
  }

  /** A hub that is full refuses in the text dialect, before it reads anything. */
  #textResult(): ProbeResult {
    const stranger = recognise(this.#head);
    const [, text] = stranger.service === undefined && this.#strayLine !== undefined
      ? HUB_LINE.exec(this.#strayLine) ?? []
      : [];
    if (text === undefined) return { kind: "stranger", ...stranger };
    const code = BYE_CODES.find((each) =>
      LANGS.some((lang) => translate(lang, `bye.${each}`) === text)
    );
    return { kind: "bye", code: code ?? "", params: {}, text: sanitize(text).slice(0, 200) };
  }
}
