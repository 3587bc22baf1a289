/** What a line that the user types asks of the hub. */

import type { CommandFrame, SayFrame } from "../../common/protocol/frame.ts";
import { parseInput } from "../../common/protocol/input.ts";
import { hidePassword } from "./local_commands.ts";

/** A message or a command that has no ref yet. */
export type UserRequest = Omit<SayFrame, "ref"> | Omit<CommandFrame, "ref">;

export interface ParsedRequest {
  request: UserRequest;
  /** The line without its password. */
  display: string;
}

/** Parses a line; undefined if it is blank. */
export function parseRequest(line: string): ParsedRequest | undefined {
  const input = parseInput(line);
  if (input.kind === "nothing") return undefined;
  const request: UserRequest = input.kind === "say"
    ? { type: "say", text: input.text }
    : { type: "command", line: input.line };
  return { request, display: hidePassword(line) };
}
