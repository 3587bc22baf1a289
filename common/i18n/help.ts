/** The help of the commands in the chat, as lines. */

import type { CommandHelp, ReplyData } from "../protocol/codes.ts";
import { COMMAND_NAMES, type Names } from "../protocol/command_names.ts";
import { isKey, type Lang, translate } from "./mod.ts";

/** At most this many commands are listed, aligned up to this column, and names of one: a hub may send anything. */
const MAX_COMMANDS_SHOWN = 200;
const MAX_CALL_WIDTH = 100;
const MAX_NAMES = 30;

/** The lines of the reply to `help`. `up` is set by a client that has keys, to what stands for the arrow key. */
export function describeHelp({ commands, about }: ReplyData["help"], lang: Lang, up: unknown) {
  if (about !== undefined) return commands.slice(0, 1).flatMap((each) => explain(each, lang));
  const forAll = commands.filter(({ role }) => role !== "moderator");
  const forModerators = commands.filter(({ role }) => role === "moderator");
  const hasKeys = typeof up === "string"; // one row for both, as the whole fills a terminal of 24 rows
  return [
    ...describeCommands(forAll, lang),
    ...(hasKeys ? [] : [translate(lang, "reply.help_say_slash")]),
    ...(forModerators.length === 0
      ? []
      : [translate(lang, "reply.help_moderators"), ...describeCommands(forModerators, lang)]),
    ...(hasKeys ? [translate(lang, "reply.help_keys", { up })] : []),
  ];
}

/** The help of one command. */
function explain(
  { name, names: [first = "", ...others], argument, role }: CommandHelp,
  lang: Lang,
): string[] {
  const names = others.slice(0, MAX_NAMES).map((each) => `/${each}`).join(", ");
  return [
    translate(lang, "reply.help_usage", { usage: callOf(`/${first}`, argument, lang) }),
    summaryOf(name, lang),
    ...(names === "" ? [] : [translate(lang, "reply.help_also", { names })]),
    ...(role === "moderator" ? [translate(lang, "reply.help_role")] : []),
  ].filter(Boolean);
}

function describeCommands(commands: CommandHelp[], lang: Lang): string[] {
  const rows = commands.slice(0, MAX_COMMANDS_SHOWN).map(({ name, names, argument }) => {
    const slashed = namesIn(lang, name, names).map((each) => `/${each}`).join(" ");
    return { call: callOf(slashed, argument, lang), summary: summaryOf(name, lang) };
  });
  const width = Math.min(MAX_CALL_WIDTH, Math.max(...rows.map((row) => row.call.length)));
  return rows.map(({ call, summary }) => `${call.padEnd(width)}  ${summary}`.trimEnd());
}

/** The names in a language; all of them for a command that only a newer hub knows. */
function namesIn(lang: Lang, command: string, names: string[]): string[] {
  const known: Readonly<Record<string, Names>> = COMMAND_NAMES;
  const own = Object.hasOwn(known, command) ? known[command]![lang] : names;
  return names.filter((name) => own.includes(name));
}

function callOf(slashed: string, argument: string, lang: Lang): string {
  const placeholder = `argument.${argument}`;
  return isKey(placeholder) ? `${slashed} ${translate(lang, placeholder)}` : slashed;
}

function summaryOf(command: string, lang: Lang): string {
  const summary = `command.${command}`;
  return isKey(summary) ? translate(lang, summary) : "";
}
