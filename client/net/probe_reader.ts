/**
 * What comes over a connection on which a look was sent, be it from a hub or from something else. Pure: who reads, and how
 * long is waited, it does not know.
 */

import { LANGS, translate } from "../../i18n/mod.ts";
import { BYE_CODES } from "../../protocol/codes.ts";
import {
  type ByeFrame,
  decodeHubFrame,
  type ErrorFrame,
  type LookFrame,
} from "../../protocol/frame.ts";
import { LineSplitter } from "../../protocol/line_splitter.ts";
import { sanitize } from "../../protocol/sanitize.ts";
import { beginsTls } from "../../protocol/tls.ts";
import type { Heard } from "../doctor/findings.ts";
import { HEAD, recognise } from "./services.ts";

/** The longest line that can be of interest, in bytes: what answers a look is short. */
const MAX_LINE = 16 * 1024;

/** How the hub marks what it says to who speaks no frames. */
const HUB_LINE = /^[*!] (.*)/;

export class Hearing {
  readonly #splitter = new LineSplitter({ maxLine: MAX_LINE, maxUnended: 4 * MAX_LINE });
  /** The first bytes of all. */
  #head = new Uint8Array(0);
  /** The first line that is no frame of a hub. */
  #strayLine: string | undefined;
  #look: LookFrame | undefined;
  #refusal: ErrorFrame | ByeFrame | undefined;
  #pongs = 0;
  #isThrottled = false;
  #isOver = false;

  /** Takes what came. */
  push(bytes: Uint8Array): void {
    if (this.#head.length < HEAD) {
      this.#head = new Uint8Array([...this.#head, ...bytes.subarray(0, HEAD - this.#head.length)]);
    }
    this.#splitter.push(bytes);
    for (let result; (result = this.#splitter.next());) {
      if (result.kind === "line") this.#takeLine(result.text);
      else this.#strayLine ??= "";
      if (result.kind === "overrun") this.#isOver = true;
    }
  }

  /** Whether nothing that matters will follow: the hub said bye, or whole words came that are no hub's. */
  get isOver(): boolean {
    return this.#isOver || this.#refusal?.type === "bye" || beginsTls(this.#head) === true ||
      this.#isStranger;
  }

  /** Whether something came that may be the beginning of what is no hub's. */
  get isStrange(): boolean {
    // A hub that was reached slowly has greeted somebody meanwhile, and answers yet.
    return this.#head.length > 0 && !this.#look && !this.#refusal && this.#strayLine === undefined;
  }

  /** Whether the hub told what it is. */
  get isHub(): boolean {
    return this.#look !== undefined;
  }

  /** Whether it wants a password, and has got none yet. */
  get wantsPassword(): boolean {
    return this.#refusal?.type === "error" && this.#refusal.code === "password_wanted";
  }

  /** Whether the hub lets one wait: how long its answers take then says nothing of the way to it. */
  get isThrottled(): boolean {
    return this.#isThrottled;
  }

  /** So many pings were answered. */
  get pongs(): number {
    return this.#pongs;
  }

  /** Another look is sent, with the password: what was said to the first one does not hold any more. */
  forgetRefusal(): void {
    this.#refusal = undefined;
  }

  /** What it all was, once nothing more is waited for. `isClosed`: by the other side. */
  heard(
    { isClosed, latency, isTried }: {
      isClosed: boolean;
      latency: number | undefined;
      isTried: boolean;
    },
  ): Heard {
    if (this.#look) {
      const { hub, protocol, people } = this.#look;
      return {
        kind: "hub",
        hub,
        protocol,
        isTried,
        ...(people === undefined ? {} : { people }),
        ...(latency === undefined ? {} : { latency }),
        ...(this.#refusal ? { refusal: this.#refusal } : {}),
      };
    }
    if (this.#refusal) {
      const { code, params, text } = this.#refusal;
      return { kind: "bye", code, params, text };
    }
    if (this.#head.length === 0) return { kind: isClosed ? "closed" : "silent" };
    if (beginsTls(this.#head)) return { kind: "tls" };
    return this.#describeStranger();
  }

  /** Whether a whole line came that no hub says. One that greets somebody may answer the look yet. */
  get #isStranger(): boolean {
    if (this.#strayLine === undefined || this.#look) return false;
    return !HUB_LINE.test(this.#strayLine) || recognise(this.#head).service !== undefined;
  }

  #takeLine(line: string): void {
    const decoded = decodeHubFrame(line);
    if (decoded.kind !== "frame") {
      if (decoded.kind === "invalid" || decoded.type === "hello") this.#strayLine ??= line;
      return; // a newer hub may tell more
    }
    const { frame } = decoded;
    if (frame.type === "look") this.#look = frame;
    else if (frame.type === "bye" || frame.type === "error") this.#refusal = frame;
    else if (frame.type === "pong") this.#pongs++;
    else if (frame.type === "notice") this.#isThrottled ||= frame.code === "throttled";
  }

  /** A hub that has no place for one speaks to one as to anybody. */
  #describeStranger(): Heard {
    const stranger = recognise(this.#head);
    const [, said] = stranger.service === undefined && this.#strayLine !== undefined
      ? HUB_LINE.exec(this.#strayLine) ?? []
      : [];
    if (said === undefined) return { kind: "stranger", ...stranger };
    const code = BYE_CODES.find((each) =>
      LANGS.some((lang) => translate(lang, `bye.${each}`) === said)
    );
    return { kind: "bye", code: code ?? "", params: {}, text: sanitize(said).slice(0, 200) };
  }
}
