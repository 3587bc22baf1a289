/** Which colour each nick has: users who speak in turn have different ones while there are colours. */

import type { HubFrame } from "../../common/protocol/frame.ts";
import { nickKey } from "../../common/protocol/names.ts";
import { leftNicks } from "./roster.ts";

/** Colours of the terminal's palette; the page has as many of its own (web/style.css). */
export const NICK_COLORS = [166, 136, 100, 64, 29, 30, 32, 63, 135, 164, 168, 131];

/** The most speakers that keep their colours; beyond it, those silent longest lose theirs. */
const MAX_SPEAKERS = 500;

export class NickColors {
  /** By {@linkcode nickKey}, the latest speaker last. */
  readonly #speakers = new Map<string, { color: number }>();
  #last: { color: number } | undefined;

  /** The colour of whoever writes next: kept unless the message above has it; a new one by hash, or the next free. */
  pick(nick: string): number {
    const key = nickKey(nick);
    let speaker = this.#speakers.get(key);
    this.#speakers.delete(key);
    const isShared = speaker !== this.#last && speaker?.color === this.#last?.color;
    if (!speaker || isShared) speaker = { color: this.#findFree(hash(key)) };
    this.#speakers.set(key, this.#last = speaker);
    const [longestSilent = key] = this.#speakers.keys();
    if (this.#speakers.size > MAX_SPEAKERS) this.#speakers.delete(longestSilent);
    return speaker.color;
  }

  /** Takes in new nicks, which keep their colours, and users who left; `own` is the user's nick. */
  update(frame: HubFrame, own: string): void {
    if (frame.type === "renamed") this.#rename(frame.from, frame.nick);
    if (frame.type === "reply" && frame.code === "nick") this.#rename(own, `${frame.data["nick"]}`);
    for (const nick of leftNicks(frame)) this.#speakers.delete(nickKey(nick));
  }

  #rename(from: string, nick: string): void {
    const speaker = this.#speakers.get(nickKey(from));
    this.#speakers.delete(nickKey(from));
    if (speaker) this.#speakers.set(nickKey(nick), speaker);
  }

  #findFree(first: number): number {
    const seen = [...this.#speakers.values(), this.#last].map((speaker) => speaker?.color);
    const colors = NICK_COLORS.map((_, index) => (first + index) % NICK_COLORS.length);
    return colors.reduce((best, color) =>
      seen.lastIndexOf(color) < seen.lastIndexOf(best) ? color : best
    );
  }
}

/** FNV-1a over UTF-16 units, without the lowest bits, which are often equal for short texts. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 7;
}
