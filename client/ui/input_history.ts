/**
 * What one has typed, for the next time: which lines are kept, and how many. Pure; input_history_file.ts reads and writes.
 */

import { COMMAND_NAMES } from "../../common/protocol/command_names.ts";
import { invokes, isCommand, LOCAL_COMMANDS } from "../session/local_commands.ts";

/** So many lines are kept. */
export const MAX_LINES = 500;
/** So many bytes are kept, line ends included. */
export const MAX_BYTES = 128 * 1024;
/** A longer line is not kept, in bytes: it would drive out all others. */
const MAX_LINE = 4096;

/** What is said to one person alone, and a password, is not kept. */
const { message: _message, answer: _answer, mod: _mod, ...others } = COMMAND_NAMES;
const KEPT = [...Object.values(others), ...LOCAL_COMMANDS.map(({ names }) => names)];

const utf8 = new TextEncoder();

/**
 * Whether a line may be kept: no private message and no password. Of what looks like a command only those that are known:
 * a slip of the finger is neither to bring the others in.
 */
export function isKept(line: string): boolean {
  if (line.trim() === "" || /[\r\n]/.test(line) || byteLength(line) > MAX_LINE) return false;
  const trimmed = line.trim(); // with a blank before it, it may have been meant as a command
  return !isCommand(trimmed) || invokes(trimmed, KEPT);
}

/** The lines that stay of some, the oldest first: each once, where it came last, and no more than are kept. */
export function keepLatest(lines: readonly string[]): string[] {
  const kept = new Set<string>();
  let bytes = 0;
  for (const line of lines.toReversed()) {
    if (kept.has(line) || !isKept(line)) continue;
    bytes += byteLength(line) + 1;
    if (kept.size === MAX_LINES || bytes > MAX_BYTES) break;
    kept.add(line);
  }
  return [...kept].reverse();
}

function byteLength(text: string): number {
  return utf8.encode(text).length;
}
