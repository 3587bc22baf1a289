/** The table of commands. Lookup, suggestions and help are made from its rows; a new command is a new row. */

import type { Lang } from "../../common/i18n/mod.ts";
import type { CommandHelp } from "../../common/protocol/codes.ts";
import { COMMAND_NAMES, type Names } from "../../common/protocol/command_names.ts";
import { splitCommand } from "../../common/protocol/input.ts";
import { MAX_FOLDED } from "../../common/protocol/names.ts";
import { nearest } from "../../common/protocol/nearest.ts";
import { type ChatError, quote } from "../model/errors.ts";
import type { Session } from "../model/session.ts";
import type { Command, CommandHub } from "./command.ts";
import { answer, history, ignore, me, message } from "./messages.ts";
import { ban, kick, lock, moderate, mute, pause, slow, unban } from "./moderation.ts";
import { exit, language, nick, who } from "./people.ts";
import { join, leave, rooms, topic } from "./rooms.ts";

const help: Command = {
  name: "help",
  run({ hub, session, ref }) {
    hub.reply(session, ref, "help", { commands: describeCommands(session) });
    return undefined;
  },
};

/** A row with its names in each language, the usual one first. Everyone may use all of them. */
interface NamedCommand extends Command {
  readonly names: Names;
}

const rows: readonly Command[] = [
  nick,
  who,
  me,
  message,
  answer,
  history,
  ignore,
  join,
  leave,
  rooms,
  topic,
  language,
  moderate,
  help,
  exit,
  kick,
  mute,
  ban,
  unban,
  lock,
  slow,
  pause,
];

export const COMMANDS: readonly NamedCommand[] = rows.map((row) => ({
  ...row,
  names: COMMAND_NAMES[row.name],
}));

const byName: ReadonlyMap<string, NamedCommand> = new Map(
  COMMANDS.flatMap((command) =>
    Object.values(command.names).flat().map((name) => [name, command] as const)
  ),
);

/** Runs the command of a line, or returns the error to answer with. */
export function runCommand(
  hub: CommandHub,
  session: Session,
  ref: string,
  line: string,
): ChatError | undefined {
  const { name, argument } = splitCommand(line);
  const plainName = withoutAccents(name);
  const command = byName.get(plainName);
  if (!command) {
    const suggestion = nearest(
      plainName,
      COMMANDS.filter((each) => mayUse(session, each)).flatMap((each) =>
        allNames(each, session.lang)
      ),
    );
    return {
      code: "unknown_command",
      params: { name: quote(name), ...(suggestion ? { suggestion } : {}) },
    };
  }
  if (!mayUse(session, command)) return { code: "not_moderator", params: { name: quote(name) } };
  if (argument === "" && command.argument && !command.argument.optional) {
    return {
      code: "missing_argument",
      params: { name: quote(name), argument: command.argument.key },
    };
  }
  return command.run({ hub, session, ref, argument });
}

/** The table as help shows it to a session. */
function describeCommands(session: Session): CommandHelp[] {
  return COMMANDS.filter((command) => mayUse(session, command)).map((command) => ({
    name: command.name,
    names: allNames(command, session.lang),
    argument: command.argument?.key ?? "",
    ...(command.argument?.optional ? { optional: true } : {}),
    ...(command.role ? { role: command.role } : {}),
  }));
}

function mayUse({ isModerator }: Session, { role }: Command): boolean {
  return role === undefined || isModerator;
}

/** Every name of a command, those in the language first. */
function allNames({ names }: NamedCommand, lang: Lang): string[] {
  return [...new Set([...names[lang], ...Object.values(names).flat()])];
}

/** Accents do not matter in a command's name: `/quién` is `/quien`. */
function withoutAccents(name: string): string {
  return name.slice(0, MAX_FOLDED).normalize("NFD").replace(/\p{M}/gu, "");
}
