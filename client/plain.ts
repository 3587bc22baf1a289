/**
 * The client without a terminal: the lines of standard input are sent, and what arrives is printed, without prompt or
 * colour. It ends when everything that was sent is answered. Errors go to standard error.
 */

import { EXIT } from "../cli/failure.ts";
import { translate } from "../i18n/mod.ts";
import { plainLines } from "../i18n/plain.ts";
import { type HubFrame, isElsewhere } from "../protocol/frame.ts";
import { decodeLine, LineSplitter, type SplitResult } from "../protocol/line_splitter.ts";
import { sanitize } from "../protocol/sanitize.ts";
import { type Conversation, exitCode } from "./conversation.ts";
import type { State } from "./state.ts";

const READ_BUFFER = 64 * 1024;
/** So many lines may wait for their answers, so that a long file neither fills memory nor waits for each line. */
const MAX_PENDING = 32;

export interface PlainSurroundings {
  input: { read(buffer: Uint8Array): Promise<number | null> };
  /** Both resolve to false when nobody reads any more. */
  print: (line: string) => Promise<boolean>;
  complain: (line: string) => Promise<boolean>;
}

/**
 * Runs until all is sent and answered, or until the hub closes.
 *
 * @returns the exit code: 1 when a line could not be sent, or when nobody read on before all were.
 * @throws {Failure} when the connection breaks.
 */
export async function runPlain(
  conversation: Conversation,
  surroundings: PlainSurroundings,
): Promise<number> {
  const { print, complain } = surroundings;
  let unsendable = 0;
  const sending = sendLines(conversation, surroundings.input, async (line) => {
    unsendable++;
    await complain(line);
  });
  let isAllSent = false;
  sending.then(() => isAllSent = true)
    .finally(() => conversation.close()) // a failing input ends the conversation as its end does
    .catch(() => {});

  let isRead = true;
  try {
    for await (const frames of conversation.batches()) {
      for (const frame of frames) {
        const failed = frame.type === "error" ||
          (frame.type === "bye" && exitCode(frame) !== EXIT.done);
        for (const line of linesOf(frame, conversation.state)) {
          isRead &&= await (failed ? complain : print)(sanitize(line));
          if (!isRead) conversation.close();
        }
      }
    }
  } finally {
    // What the hub did not answer may not have reached anyone; what stands behind an /exit is not meant to.
    const { lang, pending, bye } = conversation.state;
    const unsent = bye?.code === "quit" || !isRead ? [] : pending.values();
    for (const { text } of unsent) {
      await complain(`! ${translate(lang, "client.unsent", { text: sanitize(text) })}`);
    }
  }
  const { bye, errors } = conversation.state;
  if (bye) return exitCode(bye) || (errors + unsendable > 0 ? EXIT.failed : EXIT.done);
  return isAllSent && errors + unsendable === 0 ? EXIT.done : EXIT.failed;
}

function linesOf(frame: HubFrame, state: State): string[] {
  return plainLines(frame, state.lang, { isElsewhere: isElsewhere(frame, state.room) });
}

/** Sends each line of the input, and resolves when the last one is answered. */
async function sendLines(
  conversation: Conversation,
  input: PlainSurroundings["input"],
  complain: (line: string) => Promise<void>,
): Promise<void> {
  await conversation.until((state) => state.nick !== "");
  const { lang, maxFrame } = conversation.state;
  const splitter = new LineSplitter({ maxLine: maxFrame, maxUnended: Infinity });
  let number = 0;
  for await (const result of lines(splitter, input)) {
    number++;
    if (result.kind !== "line") {
      await complain(`! ${translate(lang, "client.line_too_long", { number, max: maxFrame })}`);
      continue;
    }
    const line = decodeLine(result.bytes);
    if (line === undefined) {
      await complain(`! ${translate(lang, "client.not_utf8", { number })}`);
      continue;
    }
    await conversation.until((state) => state.pending.size < MAX_PENDING);
    if (conversation.submit(line).kind === "too_long") {
      await complain(`! ${translate(lang, "client.line_too_long", { number, max: maxFrame })}`);
    }
  }
  await conversation.until((state) => state.pending.size === 0);
}

async function* lines(
  splitter: LineSplitter,
  input: PlainSurroundings["input"],
): AsyncGenerator<SplitResult> {
  const buffer = new Uint8Array(READ_BUFFER);
  for (let size; (size = await input.read(buffer)) !== null;) {
    splitter.push(buffer.subarray(0, size));
    for (let result; (result = splitter.next());) yield result;
  }
  const rest = splitter.end();
  if (rest) yield rest;
}
