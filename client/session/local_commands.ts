/** The commands that the client itself must recognise: local commands, and those that exit or take a password. */

import type { Lang } from "../../common/i18n/mod.ts";
import type { CommandHelp } from "../../common/protocol/codes.ts";
import type { Names } from "../../common/protocol/command_names.ts";
import { COMMAND_NAMES, everyName, listedNames } from "../../common/protocol/command_names.ts";
import type { HubFrame } from "../../common/protocol/frame.ts";
import {
  findSlip,
  parseInput,
  skipUnseen,
  type Slip,
  splitCommand,
  withoutMarks,
} from "../../common/protocol/input.ts";
import { ownMessage } from "./state.ts";

/** Commands that run in the client and are never sent. Their help texts are `command.<name>` in i18n/. */
export const LOCAL_COMMANDS: readonly { name: "clear"; names: Names }[] = [
  { name: "clear", names: { en: ["clear"], es: ["limpiar"], also: ["cls"] } },
];

/** The local command that a line invokes, if any. */
export function findLocalCommand(line: string): (typeof LOCAL_COMMANDS)[number] | undefined {
  return LOCAL_COMMANDS.find(({ names }) => invokes(line, names));
}

/** Adds the local commands, `/invite` alone, and `up` for the arrow key, to the reply to `/help`; other frames stay. */
export function addLocalHelp(frame: HubFrame, lang: Lang, up: string): HubFrame {
  if (frame.type !== "reply" || frame.code !== "help") return frame;
  const { commands, about } = frame.data;
  if (!Array.isArray(commands) || about !== undefined) return frame;
  const names = [...COMMAND_NAMES.invite[lang]];
  const invitation = { name: "invitation", names, argument: "optional_nick_room" };
  const shared = commands.map((each) => each?.name === "invite" ? invitation : each);
  const local = LOCAL_COMMANDS.map(({ name, names }): CommandHelp => ({
    name,
    names: [...names[lang]],
    argument: "",
  }));
  return { ...frame, data: { ...frame.data, commands: [...shared, ...local], up } };
}

/** The answer to `/invite` alone, to `/help` about a local command, or to one with an argument, without the hub. */
export function answerLocally(
  line: string,
  lang: Lang,
  invitation: () => readonly string[],
): HubFrame | undefined {
  const { name, argument } = splitCommand(line);
  const local = findLocalCommand(line)?.name;
  if (local && argument !== "") {
    const params = { name, argument: "", extra: argument.split(/\s/, 1)[0]! };
    return { type: "error", code: "extra_argument", params, text: "" };
  }
  if (invokes(line, COMMAND_NAMES.invite) && argument === "") {
    return { type: "reply", ref: "", code: "invite", data: {}, text: invitation().join("\n") };
  }
  const command = findLocalCommand(`/${argument.replace(/^\//, "")}`);
  if (!command || !invokes(line, COMMAND_NAMES.help)) return undefined;
  const { name: about, names } = command;
  const commands = [{ name: about, names: listedNames(names, lang), argument: "" }];
  return { type: "reply", ref: "", code: "help", data: { commands, about }, text: "" };
}

/** Whether a line invokes a command that requires a password, but has none. */
export function lacksPassword(line: string): boolean {
  return invokes(line, COMMAND_NAMES.mod) && splitCommand(line).argument === "";
}

/** The secret command that a message or an action was meant to be, if any. */
export function findOwnSlip(line: string): Slip | undefined {
  const own = ownMessage(line);
  return own && findSlip(own.text);
}

/** Any other command that a message of one line was meant to be: something unseen stands before its slash. */
export function findLateCommand(message: string): { name: string; argument: "" } | undefined {
  const line = skipUnseen(message).trim();
  const known = [...Object.values(COMMAND_NAMES), ...LOCAL_COMMANDS.map(({ names }) => names)];
  if (message.startsWith("/") || /[\r\n]/.test(line) || !invokes(line, ...known)) return undefined;
  return { name: splitCommand(line).name, argument: "" };
}

/** The line as it may be shown, without the password. */
export function hidePassword(line: string): string {
  const slip = findOwnSlip(line);
  if (slip?.argument === "password") return `/${slip.name}`;
  return invokes(line, COMMAND_NAMES.mod) ? line.replace(/\s[^]*$/, "") : line;
}

/** Whether a line invokes the command that leaves the chat. */
export function isExit(line: string): boolean {
  return invokes(line, COMMAND_NAMES.exit);
}

/** Whether a line is a command, known or not. */
export function isCommand(line: string): boolean {
  return parseInput(line).kind === "command";
}

/** Whether a line invokes one of the commands with these names, with or without accents, as the hub reads them. */
export function invokes(line: string, ...commands: readonly Names[]): boolean {
  return isCommand(line) && everyName(...commands).includes(withoutMarks(splitCommand(line).name));
}
