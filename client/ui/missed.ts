/**
 * What was missed while the connection was broken: the hub says how many messages follow, and before they are shown it is
 * counted how many of them mention one. Pure: it holds happenings back and lets them go, and knows no screen.
 */

import type { NoticeFrame } from "../../common/protocol/frame.ts";
import type { ConversationEvent } from "../session/conversation.ts";
import { mentions } from "../session/mentions.ts";

/** So much is held back at the most, in UTF-16 units, each message counted as longer than it is. */
const MAX_HELD = 1024 * 1024;
const MESSAGE_OVERHEAD = 200;

export class Missed {
  #notice: NoticeFrame | undefined;
  #held: ConversationEvent[] = [];
  #mentions = 0;
  #size = 0;

  /**
   * Takes a happening, and gives what may be shown now. The notice comes with its number of mentions, or as it was where
   * fewer messages follow it than it says, or more than are held back. `nick` is one's own.
   */
  take(happening: ConversationEvent, nick: string): ConversationEvent[] {
    const frame = happening.type === "frame" ? happening.frame : undefined;
    if (this.#notice === undefined) {
      const isNews = frame?.type === "notice" && frame.code === "resumed";
      if (!isNews || !(Number(frame.params["count"]) > 0)) return [happening];
      this.#notice = frame;
      return [];
    }
    if (frame?.type !== "message" || !frame.replay) return [...this.end(), happening];
    this.#held.push(happening);
    this.#size += frame.text.length + MESSAGE_OVERHEAD;
    if (mentions(frame, nick)) this.#mentions++;
    if (this.#held.length === this.#notice.params["count"]) {
      this.#notice = {
        ...this.#notice,
        params: { ...this.#notice.params, mentions: this.#mentions },
      };
      return this.end();
    }
    return this.#size > MAX_HELD ? this.end() : [];
  }

  /** What is still held back: nothing more will come. */
  end(): ConversationEvent[] {
    if (this.#notice === undefined) return [];
    const all: ConversationEvent[] = [{ type: "frame", frame: this.#notice }, ...this.#held];
    this.#notice = undefined;
    this.#held = [];
    this.#mentions = 0;
    this.#size = 0;
    return all;
  }
}
