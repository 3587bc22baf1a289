/**
 * The commands, as a table: a row says how a command is called, what it takes and what it does. Help, suggestions and
 * the lookup are made from the rows; a new command is a new row.
 */

import type { Lang } from "../../common/i18n/mod.ts";
import type { CommandHelp } from "../../common/protocol/codes.ts";
import { splitCommand } from "../../common/protocol/input.ts";
import { nearest } from "../../common/protocol/nearest.ts";
import type { Hub } from "../hub/hub.ts";
import { quote, type Refusal } from "../model/errors.ts";
import type { Session } from "../model/session.ts";
import { help } from "./help.ts";
import { language, nick } from "./people.ts";
import { ban, kick, lock, moderate, mute, pause, slow, unban } from "./moderation.ts";
import { exit, who } from "./presence.ts";
import { join, leave, rooms, topic } from "./rooms.ts";
import { answer, history, ignore, me, message } from "./messages.ts";

/** What a command works with. */
export interface Call {
  hub: Hub;
  session: Session;
  /** To be given back in the answer. */
  ref: string;
  /** What stands behind the name, trimmed; not empty where the row wants an argument. */
  argument: string;
}

export interface Command {
  /** Key of its sentence in i18n/ (`command.<name>`). */
  readonly name: string;
  /** What it answers to in each language, the usual one first. Everyone may use all of them. */
  readonly names: Readonly<Record<Lang, readonly string[]>>;
  /** What it takes, as i18n/ calls it (`argument.<argument>`), and whether it can be left out. */
  readonly argument?: {
    readonly key:
      | "lang"
      | "nick"
      | "text"
      | "nick_text"
      | "room"
      | "topic"
      | "count"
      | "password"
      | "nick_reason"
      | "nick_minutes"
      | "nick_address"
      | "seconds";
    readonly optional?: true;
  };
  /** Who alone may use it and sees it in the help; everyone, where it is missing. */
  readonly role?: "moderator";
  /** Does it, and answers by itself; or gives the error to tell. */
  run(call: Call): Refusal | undefined;
}

export const COMMANDS: readonly Command[] = [
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

const byName: ReadonlyMap<string, Command> = new Map(
  COMMANDS.flatMap((command) =>
    Object.values(command.names).flat().map((name) => [name, command] as const)
  ),
);

/** Runs the command of a line, or gives the error to tell. */
export function runCommand(
  hub: Hub,
  session: Session,
  ref: string,
  line: string,
): Refusal | undefined {
  const { name, argument } = splitCommand(line);
  const command = byName.get(plain(name));
  if (!command) {
    const suggestion = nearest(
      plain(name),
      COMMANDS.filter((each) => isFor(session, each)).flatMap((each) =>
        allNames(each, session.lang)
      ),
    );
    return {
      code: "unknown_command",
      params: { name: quote(name), ...(suggestion ? { suggestion } : {}) },
    };
  }
  if (!isFor(session, command)) return { code: "not_moderator", params: { name: quote(name) } };
  if (argument === "" && command.argument && !command.argument.optional) {
    return {
      code: "missing_argument",
      params: { name: quote(name), argument: command.argument.key },
    };
  }
  return command.run({ hub, session, ref, argument });
}

/** The table as help shows it to somebody. */
export function describeCommands(session: Session): CommandHelp[] {
  return COMMANDS.filter((command) => isFor(session, command)).map((command) => ({
    name: command.name,
    names: allNames(command, session.lang),
    argument: command.argument?.key ?? "",
    ...(command.argument?.optional ? { optional: true } : {}),
    ...(command.role ? { role: command.role } : {}),
  }));
}

function isFor({ isModerator }: Session, { role }: Command): boolean {
  return role === undefined || isModerator;
}

/** Every name of a command, those of the language first. */
function allNames({ names }: Command, lang: Lang): string[] {
  return [...new Set([...names[lang], ...Object.values(names).flat()])];
}

/** `/quién` is `/quien`: accents do not matter in a command's name. */
function plain(name: string): string {
  return name.normalize("NFD").replace(/\p{M}/gu, "");
}
