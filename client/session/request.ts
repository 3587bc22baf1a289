/** What a line that the user types asks of the hub. */

import type { Params } from "../../common/protocol/codes.ts";
import type { CommandFrame, SayFrame } from "../../common/protocol/frame.ts";
import { exceedsLines, findSlip, parseInput, splitRoom } from "../../common/protocol/input.ts";
import { findLateCommand, findOwnSlip, hidePassword } from "./local_commands.ts";

/** A message or a command that has no ref yet. */
export type UserRequest = Omit<SayFrame, "ref"> | Omit<CommandFrame, "ref">;

/** Why a request is not sent: it is too long, or the hub would refuse it, and an older hub would publish a password. */
export interface Fault {
  key: `${"error" | "client"}.misplaced_command` | "error.too_many_lines" | "client.too_long";
  params: Params;
}

/** What is wrong with a request, if anything. */
export function findFault(request: UserRequest, maxLines: number): Fault | undefined {
  const isSay = request.type === "say";
  if (exceedsLines(isSay ? request.text : request.line, maxLines)) {
    return { key: "error.too_many_lines", params: { max: maxLines } };
  }
  if (isSay && request.to !== undefined) return undefined;
  const slip = isSay
    ? findSlip(request.text) ?? findLateCommand(request.text)
    : findOwnSlip(request.line);
  return slip && { key: `${slip.argument ? "error" : "client"}.misplaced_command`, params: slip };
}

/** A message that a user typed: only the hub knows whether it begins with the name of a room. */
export function typedMessage(text: string): Omit<SayFrame, "ref"> {
  return { type: "say", text, ...(splitRoom(text) ? { typed: true } : {}) };
}

/** Parses a line; undefined if it is blank. `display` is the line without its password. */
export function parseRequest(line: string): { request: UserRequest; display: string } | undefined {
  const input = parseInput(line);
  if (input.kind === "nothing") return undefined;
  const request: UserRequest = input.kind === "say"
    ? typedMessage(input.text)
    : { type: "command", line: input.line };
  return { request, display: hidePassword(line) };
}
