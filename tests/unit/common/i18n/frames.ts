/** Frames of the hub, for the tests of their sentences. */

import type { HubFrame, MessageFrame, WelcomeFrame } from "../../../../common/protocol/frame.ts";

export type SystemFrame = Exclude<HubFrame, MessageFrame>;

export const WELCOME: WelcomeFrame = {
  type: "welcome",
  protocol: 1,
  hub: "chat",
  epoch: "e",
  token: "secret",
  nick: "ana",
  room: "general",
  members: ["ana", "eva"],
  count: 2,
  limits: { line: 1 },
};

export const reply = (code: string, data: Record<string, unknown>): SystemFrame => ({
  type: "reply",
  ref: "1",
  code,
  data,
  text: "one\ntwo",
});
