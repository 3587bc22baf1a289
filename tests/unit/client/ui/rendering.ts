/** What the tests of rendering share. */

import { assertEquals } from "@std/assert";
import { stripAnsiCode } from "@std/fmt/colors";
import { type RenderContext, renderFrame } from "../../../../client/ui/render.ts";
import { makeTheme, UNICODE_GLYPHS } from "../../../../client/ui/theme.ts";
import type { HubFrame, MessageFrame, MessageKind } from "../../../../common/protocol/frame.ts";

export function context(width: number, changes: Partial<RenderContext> = {}): RenderContext {
  return {
    width,
    height: 40,
    lang: "en",
    room: "general",
    nick: "",
    glyphs: UNICODE_GLYPHS,
    theme: makeTheme(false),
    link: () => (text) => text,
    hasMarkup: true,
    pickColor: () => 0,
    formatTime: () => "14:03",
    ...changes,
  };
}

export function message(nick: string, text: string, kind: MessageKind = "say"): MessageFrame {
  return { type: "message", id: 1, room: "general", nick, text, ts: 0, kind };
}

/** Asserts the lines of a frame: without colour, and with colour after its codes are stripped. */
export function assertLooks(
  frame: HubFrame,
  changes: Partial<RenderContext> & { width: number },
  lines: string[],
) {
  assertEquals(renderFrame(frame, 0, context(changes.width, changes)), lines);
  const colored = context(changes.width, { ...changes, theme: makeTheme(true) });
  assertEquals(renderFrame(frame, 0, colored).map(stripAnsiCode), lines);
}
