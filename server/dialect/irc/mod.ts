/** The dialect of IRC clients. Its state is that of one session. */

import { type Lang, LANGS } from "../../../common/i18n/mod.ts";
import type { HubFrame } from "../../../common/protocol/frame.ts";
import type { ClientRequest, Dialect } from "../mod.ts";
import { formatAnswer } from "./answers.ts";
import { Client } from "./client.ts";
import { receive } from "./commands.ts";
import { formatEvent } from "./events.ts";
import { exceedsLimits, parseLine } from "./line.ts";

/** NUL and CR, which no line has, and the codes of bold, colours and the like (modern.ircdocs.horse/formatting). */
// deno-lint-ignore no-control-regex
const UNWANTED = /[\0\r\x02\x0f\x11\x16\x1d-\x1f]|\x03(?:\d{1,2}(?:,\d{1,2})?)?/g;

/** The numbers that the other dialects use. */
const FIRST_VARIANT = 2 + 2 * LANGS.length;

export class IrcDialect extends Client implements Dialect {
  readonly name = "irc";
  readonly pings = false;
  readonly goesOn = true;
  readonly acks = true;

  parse(text: string): ClientRequest[] {
    const line = parseLine(text.replace(UNWANTED, ""));
    if (!line) return [];
    if (!exceedsLimits(text, line.tags.get("label"))) return receive(this, line);
    const refusal = this.numeric("417 ERR_INPUTTOOLONG", "Input line was too long");
    return [{ kind: "own", text: refusal }];
  }

  variant(lang: Lang): number {
    return FIRST_VARIANT + this.varied * LANGS.length + LANGS.indexOf(lang);
  }

  format(frames: readonly HubFrame[], _lang: Lang, _isElsewhere: boolean, ts: number): string {
    this.ts = ts;
    return frames.map((frame) => formatAnswer(this, frame) ?? formatEvent(this, frame)).join("");
  }
}
