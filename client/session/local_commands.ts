/** The commands that the client itself must recognise: local commands, and those that exit or take a password. */

import type { Lang } from "../../common/i18n/mod.ts";
import type { CommandHelp } from "../../common/protocol/codes.ts";
import {
  COMMAND_NAMES,
  everyName,
  listedNames,
  type Names,
} from "../../common/protocol/command_names.ts";
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
export const LOCAL_COMMANDS: readonly { name: "clear" | "invite"; names: Names }[] = [
  { name: "clear", names: { en: ["clear"], es: ["limpiar"], also: ["cls"] } },
  { name: "invite", names: { en: ["invite"], es: ["invitar"] } },
];

/** The local command that a line invokes, if any. */
export function findLocalCommand(line: string): (typeof LOCAL_COMMANDS)[number] | undefined {
  return LOCAL_COMMANDS.find(({ names }) => invokes(line, names));
}

/**
 * Adds the local commands, and `up`, which stands for the arrow key, to the hub's reply to `/help`; returns any other
 * frame unchanged.
 */
export function addLocalHelp(frame: HubFrame, lang: Lang, up: string): HubFrame {
  if (frame.type !== "reply" || frame.code !== "help") return frame;
  const { commands, about } = frame.data;
  if (!Array.isArray(commands) || about !== undefined) return frame;
  const local = LOCAL_COMMANDS.map(({ name, names }): CommandHelp => ({
    name,
    names: [...names[lang]],
    argument: "",
  }));
  return { ...frame, data: { ...frame.data, commands: [...commands, ...local], up } };
}

/**
 * The answer to a line that the hub need not see: `/invite` with the lines of the invitation, `/help` about a local
 * command, or a local command with an argument.
 */
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
  if (local === "invite") {
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
  return isModCommand(line) && splitCommand(line).argument === "";
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
  return isModCommand(line) ? line.replace(/\s[^]*$/, "") : line;
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

function isModCommand(line: string): boolean {
  return invokes(line, COMMAND_NAMES.mod);
}
