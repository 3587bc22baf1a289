/** What the tests of the transcript share. */

import type { ConversationEvent } from "../../../../client/session/conversation.ts";
import type { Viewport } from "../../../../client/ui/render.ts";
import { makeTheme, UNICODE_GLYPHS } from "../../../../client/ui/theme.ts";
import { type DisplayOptions, Transcript } from "../../../../client/ui/transcript.ts";
import type { HubFrame, MessageFrame } from "../../../../common/protocol/frame.ts";

/** 14:03 on a Sunday. */
export const NOW = Date.UTC(2026, 10, 22, 14, 3);
export const VIEWPORT: Viewport = {
  now: NOW,
  clockAhead: 0,
  width: 60,
  height: 40,
  lang: "en",
  room: "general",
  nick: "ana",
};
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export function transcript(options: Partial<DisplayOptions> = {}): Transcript {
  const usual: DisplayOptions = {
    theme: makeTheme(false),
    time: "HH:MM",
    joins: "all",
    glyphs: UNICODE_GLYPHS,
    link: () => (text) => text,
    hasMarkup: true,
  };
  return new Transcript({ ...usual, ...options }, { timeZone: "UTC" });
}

export function message(text: string, fields: Partial<MessageFrame> = {}): MessageFrame {
  return {
    type: "message",
    id: 1,
    room: "general",
    nick: "bob",
    text,
    ts: NOW,
    kind: "say",
    ...fields,
  };
}

export const frame = (frame: HubFrame): ConversationEvent => ({ type: "frame", frame });

/** The user's line, with the hub's answer. */
export function answered(line: string, answer: HubFrame): ConversationEvent {
  return {
    type: "frame",
    frame: answer,
    own: { line, nick: "ana", room: "general", unread: new Map() },
  };
}

export const ack = (ts = NOW): HubFrame => ({ type: "ack", ref: "1", id: 1, ts });
export const refusal: HubFrame = {
  type: "error",
  ref: "1",
  code: "paused",
  params: { room: "general" },
  text: "",
};
