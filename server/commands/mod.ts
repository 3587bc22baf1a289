/** The table of commands: a row for each of COMMAND_NAMES. Lookup, suggestions and help are made from it. */

import { defined } from "../../common/defined.ts";
import type { Lang } from "../../common/i18n/mod.ts";
import type { CommandHelp } from "../../common/protocol/codes.ts";
import {
  COMMAND_NAMES,
  listedNames,
  MODERATOR_COMMANDS,
  type Names,
} from "../../common/protocol/command_names.ts";
import type { Ref } from "../../common/protocol/frame.ts";
import { splitCommand, withoutMarks } from "../../common/protocol/input.ts";
import { MAX_FOLDED } from "../../common/protocol/names.ts";
import { nearest } from "../../common/protocol/nearest.ts";
import { ok } from "../../common/result.ts";
import { type ChatError, type ChatResult, fail, quote } from "../model/errors.ts";
import type { Session } from "../model/session.ts";
import type { Command, CommandHub } from "./command.ts";
import { findHabit } from "./habits.ts";
import * as messages from "./messages.ts";
import * as moderation from "./moderation.ts";
import * as people from "./people.ts";
import * as rooms from "./rooms.ts";

const help: Command = {
  argument: { key: "optional_command", optional: true, words: 1 },
  run({ hub, session, ref, argument }) {
    if (argument === "") {
      const commands = usableBy(hub, session)
        .filter(({ name }) => name !== "notice") // mostly for programs, and the list fills a terminal of 24 rows
        .map((command) => describe(command, session.lang));
      return hub.reply(session, ref, "help", { commands });
    }
    const found = findCommand(hub, session, argument.replace(/^\//, "").toLowerCase());
    if (!found.ok) return found.error;
    const commands = [describe(found.value, session.lang)];
    return hub.reply(session, ref, "help", { commands, about: found.value.name });
  },
};

type CommandName = keyof typeof COMMAND_NAMES;

const ROWS: Readonly<Record<CommandName, Command>> = {
  ...messages,
  ...moderation,
  ...people,
  ...rooms,
  help,
};

/** A row with its name, and its names in each language, the usual one first. Everyone may use all of them. */
interface NamedCommand extends Command {
  /** The key of its sentence in common/i18n/ (`command.<name>`). */
  readonly name: CommandName;
  readonly names: Names;
  /** The role that is required to use it and to see it in the help; if it is for rooms, in the room. */
  readonly role?: "moderator";
}

const NAMES = Object.entries(COMMAND_NAMES) as [CommandName, Names][];

export const COMMANDS: readonly NamedCommand[] = NAMES.map(([name, names]) => ({
  ...ROWS[name],
  name,
  names,
  ...(MODERATOR_COMMANDS.has(name) ? { role: "moderator" } : {}),
}));

const byName: ReadonlyMap<string, NamedCommand> = new Map(
  COMMANDS.flatMap((command) => Object.values(command.names).flat().map((name) => [name, command])),
);

/** Runs the command of a line, or returns the error to answer with. */
export function runCommand(
  hub: CommandHub,
  session: Session,
  ref: Ref,
  line: string,
): ChatError | undefined {
  const { name, argument } = splitCommand(line);
  const found = findCommand(hub, session, name);
  if (!found.ok) return found.error;
  const command = found.value;
  if (!mayUse(hub, session, command)) {
    return { code: "not_moderator", params: { name: quote(name) } };
  }
  return checkArgument(command, name, argument) ??
    command.run({ hub, session, ref, name, argument });
}

/**
 * The command of a name as a user types it; an error for all of moderation at a hub that has none. Other errors name a
 * command that was probably meant, or the way to do what other programs have a command for.
 */
function findCommand(hub: CommandHub, session: Session, name: string): ChatResult<NamedCommand> {
  const plainName = withoutMarks(name.slice(0, MAX_FOLDED));
  const command = byName.get(plainName);
  const habit = findHabit(plainName);
  const isModeration = command ? !mayUse(hub, session, command) : habit === "moderator";
  if (isModeration && !hub.hasModeration) return fail("no_moderation");
  if (command) return ok(command);
  if (habit) return fail("foreign_command", { name: quote(name), habit });
  const usable = usableBy(hub, session);
  const listed = usable.flatMap(({ names }) => listedNames(names, session.lang));
  const near = suggest(plainName, [...listed, ...usable.flatMap(({ names }) => names.also ?? [])]);
  const isHidden = near !== undefined && !listed.includes(near);
  const suggestion = isHidden ? byName.get(near)!.names[session.lang][0] : near;
  return fail("unknown_command", { name: quote(name), ...defined({ suggestion }) });
}

/** Begins the names that undo what the others do. */
const UNDOING = /^(?:un|des)/;

/** The name that was probably meant: never of a command that does the opposite. */
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
function checkArgument(command: Command, name: string, argument: string): ChatError | undefined {
  const { key = "", optional, least = 1, words } = command.argument ??
    { optional: true, words: 0 };
  const params = { name: quote(name), argument: key };
  if (argument === "") return optional ? undefined : { code: "missing_argument", params };
  const typed = argument.split(/\s+/, 1 + (words ?? least));
  if (typed.length < least) return { code: "missing_argument", params };
  const extra = words === undefined ? undefined : typed[words];
  return extra ? { code: "extra_argument", params: { ...params, extra: quote(extra) } } : undefined;
}

/** A command as help shows it. */
function describe({ name, names, argument, role }: NamedCommand, lang: Lang): CommandHelp {
  return {
    name,
    names: listedNames(names, lang),
    argument: argument?.key ?? "",
    ...defined({ optional: argument?.optional, role }),
  };
}

/** The commands that the session may use somewhere. */
function usableBy(hub: CommandHub, session: Session): NamedCommand[] {
  const moderates = session.rooms.values().some((room) => room.isModeratedBy(session));
  return COMMANDS.filter((command) =>
    mayUse(hub, session, command) && (moderates || command.role === undefined)
  );
}

/** A moderator may have come from another hub, which has moderation. Commands for rooms check the room themselves. */
function mayUse(hub: CommandHub, session: Session, { name, role }: NamedCommand): boolean {
  if (session.isModerator) return true;
  return name === "mod" ? hub.hasModeration : role === undefined || name in rooms;
}
