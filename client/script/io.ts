/** Where the lines of a client without a screen go, and checks for what only a user at a terminal could answer. */

import { formatAddress } from "../../common/cli/address.ts";
import { Failure } from "../../common/cli/failure.ts";
import { writeAll } from "../../common/cli/own_files.ts";
import { type Key, type Lang, translate } from "../../common/i18n/mod.ts";
import type { Params } from "../../common/protocol/codes.ts";
import type { HubFrame, MessageFrame } from "../../common/protocol/frame.ts";
import { describeCode } from "../../common/i18n/frames.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";
import type { Conversation } from "../session/conversation.ts";

export interface ScriptIo {
  /** Where the lines come from, or the only text to send. */
  input: { read(buffer: Uint8Array): Promise<number | null> } | string;
  print: LinePrinter;
  printError: LinePrinter;
  /** The user at the terminal; undefined for a script. */
  user: TerminalUser | undefined;
  /** The lines that say how others join. */
  invitation: () => readonly string[];
}

/** Prints a line on standard output or standard error; resolves to false once its reader is gone. */
type LinePrinter = (line: string) => Promise<boolean>;

export interface TerminalUser {
  /** Asks for a secret without echo; undefined if the user gives none. Nothing else may read the input meanwhile. */
  askSecret: (question: string) => Promise<string | undefined>;
  /** Rings for a message. */
  alert: (message: MessageFrame) => void;
}

const utf8 = new TextEncoder();

export function linePrinter(output: { write(bytes: Uint8Array): Promise<number> }): LinePrinter {
  return async (line) => {
    try {
      await writeAll(output, utf8.encode(line + "\n"));
      return true;
    } catch {
      return false;
    }
  };
}

/** Prints an error on standard error. */
export async function printProblem(
  { printError }: ScriptIo,
  lang: Lang,
  key: Key,
  params: Params,
): Promise<void> {
  await printError("! " + sanitize(translate(lang, key, params)));
}

/** Names the lines that the hub did not accept, or may not have accepted, on standard error. */
export async function printUnanswered(
  io: ScriptIo,
  conversation: Conversation,
): Promise<void> {
  const { lang } = conversation.state;
  for (const text of conversation.takeUncertain()) {
    await printProblem(io, lang, "client.uncertain", { text });
  }
  for (const text of conversation.unsent()) await printProblem(io, lang, "client.unsent", { text });
}

/** @throws {Failure} if a frame that was just received asks for a password: a script has no user to type it. */
export function checkPassword(frame: HubFrame, { state, address }: Conversation): void {
  if (frame.type !== "error" || state.stage !== "password") return;
  if (frame.code === "try_later") {
    const reason = describeCode("error", frame.code, frame.params, state.lang) ?? frame.text;
    throw new Failure("failure.turned_away", { address: formatAddress(address), reason });
  }
  throw new Failure(
    frame.code === "wrong_password" ? "failure.wrong_password" : "failure.password_wanted",
    { address: formatAddress(address) },
  );
}

/** @throws {Failure} if the client is not in the room that was asked for: nothing may be posted in another. */
export function checkRoom(conversation: Conversation): void {
  if (!conversation.wasRoomRefused && !conversation.wasRoomLost) return;
  throw new Failure("failure.other_room", {
    address: formatAddress(conversation.address),
    room: conversation.state.room,
  });
}
