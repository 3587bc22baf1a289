/** A user of the model of the hub, and what they are shown. */

import { plainLines } from "../../../../common/i18n/plain.ts";
import { type HubFrame, isElsewhere } from "../../../../common/protocol/frame.ts";
import type { TestPeer } from "../../../support/hub.ts";

export const FIRST = "general";

/** A user in the model: where they are, and what they should be shown of others, in order. */
export interface Expected {
  readonly peer: TestPeer;
  readonly dialect: "text" | "frames";
  nick: string;
  /** The connection is broken, and the session can be resumed. */
  isAway: boolean;
  /** In the order in which they were joined; messages go to `current`. */
  readonly rooms: string[];
  current: string;
  readonly ignores: Set<Expected>;
  correspondent: Expected | undefined;
  isModerator: boolean;
  /** The rooms that they have opened, or were made moderators of, and moderate until they leave them. */
  readonly moderates: Set<string>;
  /** By the hub's clock. */
  mutedUntil: number;
  /** Private messages since the connection broke. */
  readonly mailbox: { sender: Expected; text: string }[];
  readonly shown: string[];
}

export function show(member: Expected, frame: HubFrame): void {
  member.shown.push(
    ...plainLines(frame, "en", { isElsewhere: isElsewhere(frame, member.current) }),
  );
}

/** Answers to one's own requests, in the text dialect. */
const ANSWERS = new RegExp(
  [
    /! .*/,
    /\* (welcome, |\/name NAME|you |topic: |goodbye|\[private\] to ).*/,
    /\* \w+ (no longer moderates #\w+|does not moderate .*|moderates #\w+ (now|already): .*)/,
    /\* #\w+ is (locked(:| already)|unlocked|not locked|paused(:| already)|no longer|not paused).*/,
    /\* #\w+ (may have|has no|has the key) .*/,
  ].map(({ source }) => `^${source}$`).join("|"),
);

/** Codes of what others did, or of what became of one's own messages. */
const SHOWN_CODES: readonly string[] = [
  "banned",
  "kicked",
  "away",
  "undelivered",
  "locked",
  "unlocked",
  "paused",
  "unpaused",
  "limited",
  "unlimited",
  "keyed",
  "unkeyed",
  "opped",
  "deopped",
  "muted",
  "unmuted",
  "moderated",
  "removed",
];

/** What a peer was shown of others, in the form of the text dialect; and the ids of its messages and acks, in order. */
export function observed({ peer, dialect }: Expected): { shown: string[]; ids: number[] } {
  if (dialect === "text") {
    return { shown: peer.take().filter((line) => !ANSWERS.test(line)), ids: [] };
  }
  const shown: string[] = [];
  const ids: number[] = [];
  let current = FIRST;
  for (const frame of peer.takeFrames()) {
    if (frame.type === "message" || frame.type === "ack") ids.push(frame.id);
    if (frame.type === "reply" && ["join", "leave"].includes(frame.code)) {
      current = String(frame.data["current"] ?? frame.data["room"]);
    }
    if (frame.type === "notice" && frame.code === "removed") {
      current = String(frame.params["current"]);
    }
    const isShown = frame.type === "notice" || frame.type === "bye"
      ? SHOWN_CODES.includes(frame.code)
      : ["message", "joined", "left", "presence", "renamed", "topic"].includes(frame.type);
    if (isShown) {
      shown.push(...plainLines(frame, "en", { isElsewhere: isElsewhere(frame, current) }));
    }
  }
  return { shown, ids };
}
