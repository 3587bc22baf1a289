/**
 * The commands that the client knows by itself: those that it does without the hub, and the one whose password it must not
 * show. Pure: it says what a line is, and does nothing.
 */

import type { Lang } from "../../common/i18n/mod.ts";
import type { CommandHelp } from "../../common/protocol/codes.ts";
import type { Names } from "../../common/protocol/command_names.ts";
import type { HubFrame } from "../../common/protocol/frame.ts";
import { EXIT_NAMES, MOD_NAMES, parseInput, splitCommand } from "../../common/protocol/input.ts";

export interface LocalCommand {
  /** Key of its sentence in i18n/ (`command.<name>`). */
  readonly name: "clear";
  /** What it answers to in each language. */
  readonly names: Readonly<Record<Lang, readonly string[]>>;
}

/** What is done here and never sent. */
export const LOCAL_COMMANDS: readonly LocalCommand[] = [
  { name: "clear", names: { en: ["clear"], es: ["limpiar"] } },
];

/** The local command that a line calls, if it does. */
export function findLocalCommand(line: string): LocalCommand | undefined {
  const name = commandName(line);
  return LOCAL_COMMANDS.find(({ names }) => isOneOf(names, name));
}

/** The hub's answer to `/help` with the local commands in it; any other frame as it is. */
export function addLocalHelp(frame: HubFrame, lang: Lang): HubFrame {
  if (frame.type !== "reply" || frame.code !== "help") return frame;
  const { commands } = frame.data as { commands?: unknown };
  if (!Array.isArray(commands)) return frame;
  const local = LOCAL_COMMANDS.map(({ name, names }): CommandHelp => ({
    name,
    names: [...new Set([...names[lang], ...Object.values(names).flat()])],
    argument: "",
  }));
  return { ...frame, data: { ...frame.data, commands: [...commands, ...local] } };
}

/** Whether a line calls a command that wants a password, without one. */
export function lacksPassword(line: string): boolean {
  return isModCommand(line) && splitCommand(line).argument === "";
}

/** What may be shown of a line: all of it, but for a password. */
export function hidePassword(line: string): string {
  return isModCommand(line) ? line.replace(/\s[^]*$/, "") : line;
}

/** Whether a line calls the command that leaves. */
export function isExit(line: string): boolean {
  return isOneOf(EXIT_NAMES, commandName(line));
}

/** Whether a line is a command, known or not. */
export function isCommand(line: string): boolean {
  return parseInput(line).kind === "command";
}

/** Whether a line calls one of some commands, given by their names. */
export function invokes(line: string, commands: readonly Names[]): boolean {
  const name = commandName(line);
  return commands.some((names) => isOneOf(names, name));
}

function isModCommand(line: string): boolean {
  return isOneOf(MOD_NAMES, commandName(line));
}

function isOneOf(names: Readonly<Record<Lang, readonly string[]>>, name: string): boolean {
  return Object.values(names).flat().includes(name);
}

/** The name of the command that a line calls, without accents as the hub reads it; empty for what is no command. */
function commandName(line: string): string {
  const input = parseInput(line);
  if (input.kind !== "command") return "";
  return splitCommand(input.line).name.normalize("NFD").replace(/\p{M}/gu, "");
}
