/** Adds to the notice of a resumed session how many of the messages after it mention the user: all are held back. */

import type { MessageFrame, NoticeFrame } from "../../common/protocol/frame.ts";
import type { ConversationEvent } from "../session/conversation.ts";
import { mentions } from "../session/mentions.ts";

/** The most text that is held back, in UTF-16 units; each message counts as its text and an overhead. */
const MAX_HELD = 1024 * 1024;
const MESSAGE_OVERHEAD = 200;

export class ResumeSummary {
  #notice: NoticeFrame | undefined;
  #held: MessageFrame[] = [];
  #size = 0;

  /**
   * Adds an event, and returns those that can be shown now. The notice gets its number of mentions, unless fewer
   * messages follow it than it says, or more than are held back. `nick` is the user's own.
   */
  push(event: ConversationEvent, nick: string): ConversationEvent[] {
    const frame = event.type === "frame" ? event.frame : undefined;
    if (this.#notice === undefined) {
      const isResume = frame?.type === "notice" && frame.code === "resumed";
      if (!isResume || !(Number(frame.params["count"]) > 0)) return [event];
      this.#notice = frame;
      return [];
    }
    if (frame?.type === "deleted") {
      this.#held = this.#held.filter(({ id }) => !frame.ids.includes(id));
    }
    if (frame?.type !== "message" || !frame.replay) return [...this.flush(), event];
    this.#held.push(frame);
    this.#size += frame.text.length + MESSAGE_OVERHEAD;
    if (this.#held.length === this.#notice.params["count"]) {
      const count = this.#held.filter((message) => mentions(message, nick)).length;
      this.#notice = { ...this.#notice, params: { ...this.#notice.params, mentions: count } };
      return this.flush();
    }
    return this.#size > MAX_HELD ? this.flush() : [];
  }

  /** Returns the events that are still held back. */
  flush(): ConversationEvent[] {
    if (this.#notice === undefined) return [];
    const frames = [this.#notice, ...this.#held];
    this.#notice = undefined;
    this.#held = [];
    this.#size = 0;
    return frames.map((frame) => ({ type: "frame", frame }));
  }
}
