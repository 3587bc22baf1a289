/** Users as IRC names them. */

import { sanitize } from "../../../common/protocol/sanitize.ts";
import type { RemoteUser } from "../../model/remote_users.ts";
import type { Member, Room } from "../../model/room.ts";
import type { User } from "../../types.ts";

export type ChatUser = Member | RemoteUser;

/** A user, or the nick of a user who is gone. */
interface Named {
  readonly nick: string;
  readonly about?: User["about"];
}

/** What stands for the address of every user: an address is never shown. */
export const HOST = "chat";
/** The user name of a user who has given none. */
export const DEFAULT_USER = "chat";
/** The longest real name, in UTF-16 units. */
const MAX_REAL_NAME = 100;

/** The name that a client gives, as safe text. */
export function realNameOf(text: string): string {
  return sanitize(text).slice(0, MAX_REAL_NAME).toWellFormed();
}

/** What the user has said with an IRC client, or what stands for it. */
export function aboutOf({ nick, about }: Named): NonNullable<User["about"]> {
  return about ?? { user: DEFAULT_USER, realName: nick };
}

/** The source of what the user does, perhaps under an earlier nick. */
export function maskOf(user: Named, nick = user.nick): string {
  return `${nick}!${aboutOf(user).user}@${HOST}`;
}

export function isModerator(user: ChatUser): boolean {
  return ("user" in user ? user.user : user).isModerator;
}

/** The sign of a moderator of a room, or nothing. */
export function signOf(user: ChatUser, room: Room): string {
  return room.isModeratedBy(user) ? "@" : "";
}
