/** The table of commands: a row for each of COMMAND_NAMES. Lookup, suggestions and help are made from it. */

import type { Lang } from "../../common/i18n/mod.ts";
import type { CommandHelp } from "../../common/protocol/codes.ts";
import { COMMAND_NAMES, type Names } from "../../common/protocol/command_names.ts";
import type { Ref } from "../../common/protocol/frame.ts";
import { splitCommand } from "../../common/protocol/input.ts";
import { MAX_FOLDED } from "../../common/protocol/names.ts";
import { nearest } from "../../common/protocol/nearest.ts";
import { type ChatError, quote } from "../model/errors.ts";
import type { Session } from "../model/session.ts";
import * as bans from "./bans.ts";
import type { Command, CommandHub } from "./command.ts";
import * as messages from "./messages.ts";
import * as moderation from "./moderation.ts";
import * as people from "./people.ts";
import * as roomSettings from "./room_settings.ts";
import * as rooms from "./rooms.ts";

const help: Command = {
  run: ({ hub, session, ref }) =>
    hub.reply(session, ref, "help", { commands: describeCommands(hub, session) }),
};

type CommandName = keyof typeof COMMAND_NAMES;

const ROWS: Readonly<Record<CommandName, Command>> = {
  ...bans,
  ...messages,
  ...moderation,
  ...people,
  ...roomSettings,
  ...rooms,
  help,
};

/** A row with its name, and its names in each language, the usual one first. Everyone may use all of them. */
interface NamedCommand extends Command {
  /** The key of its sentence in common/i18n/ (`command.<name>`). */
  readonly name: CommandName;
  readonly names: Names;
}

export const COMMANDS: readonly NamedCommand[] = Object.entries(COMMAND_NAMES).map(
  ([name, names]) => ({ ...ROWS[name as CommandName], name: name as CommandName, names }),
);

const byName: ReadonlyMap<string, NamedCommand> = new Map(
  COMMANDS.flatMap((command) => allNames(command, "en").map((name) => [name, command])),
);

/** Runs the command of a line, or returns the error to answer with. */
export function runCommand(
  hub: CommandHub,
  session: Session,
  ref: Ref,
  line: string,
): ChatError | undefined {
  const { name, argument } = splitCommand(line);
  const plainName = withoutAccents(name);
  const command = byName.get(plainName);
  if (!command) {
    const known = usableBy(hub, session).flatMap((each) => allNames(each, session.lang));
    const suggestion = suggest(plainName, known);
    const params = { name: quote(name), ...(suggestion ? { suggestion } : {}) };
    return { code: "unknown_command", params };
  }
  if (!mayUse(hub, session, command)) {
    if (!hub.hasModeration) return { code: "no_moderation", params: {} };
    return { code: "not_moderator", params: { name: quote(name) } };
  }
  const error = checkArgument(command, name, argument);
  if (error) return error;
  return command.run({ hub, session, ref, argument });
}

/** Begins the names that undo what the others do. */
const UNDOING = /^(?:un|des)/;

/** The name that a mistyped one was meant to be: never one that does the opposite. */
function suggest(typed: string, known: readonly string[]): string | undefined {
  const [prefix = ""] = UNDOING.exec(typed) ?? [];
  // Of equally near names the first counts: /ulock is /unlock.
  const stems = known.filter((name) => name.startsWith(prefix))
    .sort((a, b) => Number(UNDOING.test(b)) - Number(UNDOING.test(a)))
    .map((name) => name.slice(prefix.length));
  const stem = nearest(typed.slice(prefix.length), stems);
  return stem && prefix + stem;
}

/** Whether an argument is missing, or has more words than the command takes: none is dropped without a word. */
function checkArgument(
  { argument: row }: Command,
  name: string,
  argument: string,
): ChatError | undefined {
  const { key = "", optional, words = Infinity } = row ?? { optional: true, words: 0 };
  const params = { name: quote(name), argument: key };
  if (argument === "") return optional ? undefined : { code: "missing_argument", params };
  const extra = words === Infinity ? undefined : argument.split(/\s+/, words + 1)[words];
  if (!extra) return undefined;
  return { code: "extra_argument", params: { ...params, extra: quote(extra) } };
}

/** The table as help shows it to a session. */
function describeCommands(hub: CommandHub, session: Session): CommandHelp[] {
  return usableBy(hub, session).map((command) => ({
    name: command.name,
    names: allNames(command, session.lang),
    argument: command.argument?.key ?? "",
    ...(command.argument?.optional ? { optional: true } : {}),
    ...(command.role ? { role: command.role } : {}),
  }));
}

function usableBy(hub: CommandHub, session: Session): NamedCommand[] {
  return COMMANDS.filter((command) => mayUse(hub, session, command));
}

/** A moderator may have come from another hub, which has moderation. */
function mayUse(
  { hasModeration }: CommandHub,
  { isModerator }: Session,
  { name, role }: NamedCommand,
): boolean {
  return isModerator || (name === "mod" ? hasModeration : role === undefined);
}

/** Every name of a command, those in the language first. */
function allNames({ names }: NamedCommand, lang: Lang): string[] {
  return [...new Set([...names[lang], ...Object.values(names).flat()])];
}

/** Accents do not matter in a command's name: `/quién` is `/quien`. */
function withoutAccents(name: string): string {
  return name.slice(0, MAX_FOLDED).normalize("NFD").replace(/\p{M}/gu, "");
}
