/** What the menus offer: commands that are sent at once, or written into the input to be completed. */

import type { Key, KeyAfter, Lang } from "../common/i18n/mod.ts";
import type { Params } from "../common/protocol/codes.ts";
import { COMMAND_NAMES } from "../common/protocol/command_names.ts";

export interface Action {
  key: Key;
  params: Params;
  /** The line to send; with a space at its end, to write. */
  line: string;
}

type Command = keyof typeof COMMAND_NAMES;
/** The command, what follows it (`@` stands for the name), the sentence if it is not the command's, and a time. */
type Row = readonly [command: Command, after: string, key?: KeyAfter<"page.menu.">, time?: string];

const OWN: readonly Row[] = [["nick", " "], ["away", ""], ["delete", "", "delete_own"]];
const USER: readonly Row[] = [["message", " @ "], ["ignore", " @"], ["unignore", " @"]];
const MODERATED_MEMBER: readonly Row[] = [["remove", " @ "], ["op", " @"], ["deop", " @"]];
const MODERATED_USER: readonly Row[] = [
  ["delete", " @ "],
  ...["10 min", "1 h", "24 h"].map((time) => ["mute", " @ ", "mute", time] as const),
  ["unmute", " @"],
  ["kick", " @ "],
  ...["1 h", "24 h"].map((time) => ["ban", " @ ", "ban_for", time] as const),
  ["ban", " @ "],
];
const ROOM: readonly Row[] = [["topic", " #@ "], ["leave", " @"]];
const MODERATED_ROOM: readonly Row[] = [
  ...(["lock", "unlock", "pause", "unpause"] as const).map((command) => [command, " @"] as const),
  ["slow", " 10 @"],
  ["slow", " off @", "unslow"],
];

export interface Viewer {
  lang: Lang;
  isModerator: boolean;
  /** The current room. */
  room: string;
  /** Whether a command is in effect for a user or a room; undefined if that is unknown. */
  isOn: (command: string, name: string) => boolean | undefined;
}

/** The nick must be safe to write (`isSafeName`), as a room must be. */
export function userActions(nick: string, isOwn: boolean, viewer: Viewer): Action[] {
  if (isOwn) return actions(nick, OWN, viewer);
  const ofRoom = moderates(viewer.room, viewer) ? MODERATED_MEMBER : [];
  const ofHub = viewer.isModerator ? MODERATED_USER : [];
  const [message, ...others] = actions(nick, [...USER, ...ofRoom, ...ofHub], viewer);
  return [message!, { key: "page.menu.mention", params: {}, line: `@${nick} ` }, ...others];
}

export function roomActions(room: string, viewer: Viewer): Action[] {
  return actions(room, moderates(room, viewer) ? [...ROOM, ...MODERATED_ROOM] : ROOM, viewer);
}

function moderates(room: string, { isModerator, isOn }: Viewer): boolean {
  return isModerator || isOn("moderate", room) === true;
}

/** Of two commands that turn something on and off, only the useful one is offered, if that is known. */
function actions(name: string, rows: readonly Row[], { lang, isOn }: Viewer): Action[] {
  return rows.filter(([command, , key = command]) =>
    isOn(key.replace(/^un/, ""), name) !== !key.startsWith("un")
  ).map(([command, after, key = command, time = ""]) => ({
    key: `page.menu.${key}` as Key,
    params: { time },
    line: nameOf(command, lang) + after.replace("@", () => name) + (time && `${time} `),
  }));
}

/** The usual name of a command in a language, with its slash. */
export function nameOf(command: Command, lang: Lang): string {
  return `/${COMMAND_NAMES[command][lang][0]}`;
}
