/** What the hub's answers make of the lines that the user entered. Moments are milliseconds since 1970. */

import { readReply } from "../../common/protocol/codes.ts";
import { COMMAND_NAMES } from "../../common/protocol/command_names.ts";
import type { HubFrame, MessageFrame, Ref } from "../../common/protocol/frame.ts";
import { splitCommand, splitRoom } from "../../common/protocol/input.ts";
import type { OwnLine } from "./conversation.ts";
import { invokes } from "./local_commands.ts";
import { MAX_LATENCY, ownMessage } from "./state.ts";

/** A message as it is shown; with `to`, a private one of the user. */
export type ShownMessage = Omit<MessageFrame, "type" | "id"> & { to?: string };

/** Commands whose answers say all that they say: these are not shown above their answers. */
const ANSWERED_IN_FULL = (
  ["message", "answer", "nick", "join", "leave", "language", "ignore", "unignore"] as const
).map((command) => COMMAND_NAMES[command]);

/** What is shown of the user's lines beside their answers, which it sees once each, in order. */
export class OwnLines {
  /** The ref of the last command that was shown above a notice, which comes before the answer. */
  #echoed: Ref | undefined;

  /** Of a line: the command to be shown above a frame that answers it, or the message that was not sent. */
  read(frame: HubFrame, { line }: OwnLine): { command?: string; unsent?: string } {
    const message = ownMessage(line);
    if (message) return frame.type === "error" ? { unsent: message.text } : {};
    const ref = "ref" in frame ? frame.ref : undefined;
    if (frame.type !== "error" && invokes(line, ...ANSWERED_IN_FULL)) return {};
    if (ref !== undefined && ref === this.#echoed) return {};
    if (frame.type === "notice") this.#echoed = ref;
    return { command: line };
  }
}

/** The user's message that a frame accepts; undefined if the frame answers something else. */
export function acceptedMessage(
  frame: HubFrame,
  own: OwnLine,
): (Omit<ShownMessage, "ts"> & { id: number }) | undefined {
  const { nick } = own;
  const reply = frame.type === "reply" ? readReply(frame.code, frame.data) : undefined;
  if (reply?.code === "private") return { kind: "private", ...reply.data, nick, room: own.room };
  const sent = ownMessage(own.line);
  if (frame.type !== "ack" || !sent) return undefined;
  const { id, room = own.room } = frame;
  const named = sent.kind === "say" ? splitRoom(sent.text) : undefined;
  return { ...sent, id, text: named?.room === room ? named.text : sent.text, nick, room };
}

/** The message that a line will be if the hub accepts it; undefined for a command. */
export function unansweredMessage(
  line: string,
): Pick<ShownMessage, "kind" | "text" | "to"> | undefined {
  const message = ownMessage(line);
  if (message) return message;
  const [, to, text] = /^(\S+)\s+([^]+)$/.exec(splitCommand(line).argument) ?? [];
  if (!to || !text || !invokes(line, COMMAND_NAMES.message)) return undefined;
  return { kind: "private", to, text };
}

/** When the hub said it, by the clock here. What just arrived, and an answer, which may be a repeat, is of now. */
export function momentOf(
  frame: HubFrame,
  { now, clockAhead }: { now: number; clockAhead: number },
): number {
  if (!("ts" in frame) || frame.ts === undefined || "code" in frame && "ref" in frame) return now;
  const moment = frame.ts + clockAhead;
  return isReplay(frame) || Math.abs(now - moment) >= MAX_LATENCY ? moment : now;
}

export function isReplay(frame: HubFrame): boolean {
  return frame.type === "message" && frame.replay === true;
}
