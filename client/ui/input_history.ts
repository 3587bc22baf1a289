/** Which lines of the input history are kept for the next session, and how many. */

import { COMMAND_NAMES } from "../../common/protocol/command_names.ts";
import { isBlank } from "../../common/protocol/visible.ts";
import { findOwnSlip, invokes, isCommand, LOCAL_COMMANDS } from "../session/local_commands.ts";

/** The most lines that are kept. */
export const MAX_LINES = 500;
/** The most bytes that are kept, line ends included. */
export const MAX_BYTES = 128 * 1024;
/** A longer line is not kept, since it would crowd out the others; in bytes. */
const MAX_LINE = 4096;

/** Private messages, passwords and keys are not kept. */
const { message: _message, answer: _answer, mod: _mod, key: _key, ...others } = COMMAND_NAMES;
const KEPT_COMMANDS = [...Object.values(others), ...LOCAL_COMMANDS.map(({ names }) => names)];

const utf8 = new TextEncoder();

/** Whether a line may be kept: not a private message, a password, or an unknown command, which may be one of them. */
export function shouldKeep(line: string): boolean {
  if (isBlank(line) || /[\r\n]/.test(line) || utf8.encode(line).length > MAX_LINE) return false;
  if (findOwnSlip(line)) return false;
  const trimmed = line.trim(); // with a space before it, it may have been meant as a command
  if (invokes(trimmed, COMMAND_NAMES.join) && /\s\S+\s+\S/.test(trimmed)) return false; // with the key of the room
  return !isCommand(trimmed) || invokes(trimmed, ...KEPT_COMMANDS);
}

/** The lines to keep, the oldest first: each once, at its latest place, within the limits. */
export function trimHistory(lines: readonly string[]): string[] {
  const kept = new Set<string>();
  let bytes = 0;
  for (const line of lines.toReversed()) {
    if (kept.has(line) || !shouldKeep(line)) continue;
    bytes += utf8.encode(line).length + 1;
    if (kept.size === MAX_LINES || bytes > MAX_BYTES) break;
    kept.add(line);
  }
  return [...kept].reverse();
}
