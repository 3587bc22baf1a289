/** What a command is: a row of the table in mod.ts, and what it may ask of the hub. */

import type { Lang } from "../../common/i18n/mod.ts";
import type {
  ByeCode,
  NoticeCode,
  Params,
  ReplyCode,
  ReplyData,
} from "../../common/protocol/codes.ts";
import type { Chat } from "../chat/chat.ts";
import type { Draft } from "../chat/messages.ts";
import type { LogFields } from "../log.ts";
import type { ChatError } from "../model/errors.ts";
import type { RemoteUser } from "../model/remote_users.ts";
import type { Room } from "../model/room.ts";
import type { Session } from "../model/session.ts";

/** One use of a command. */
export interface Call {
  hub: CommandHub;
  session: Session;
  /** Comes back in the answer. */
  ref: string;
  /** What follows the name, trimmed; not empty if the row requires an argument. */
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
  run(call: Call): ChatError | undefined;
}

/** What commands may ask of the hub. */
export interface CommandHub {
  /** Rooms, nicks and messages. */
  readonly chat: Chat;

  /** Answers the sender alone. The answer is remembered for a sender whose connection breaks before it arrives. */
  reply<C extends ReplyCode>(session: Session, ref: string, code: C, data: ReplyData[C]): void;

  /** Shows a user a notice, at whichever hub they are. */
  notify(person: Session | RemoteUser, code: NoticeCode, params?: Params): void;

  /** Shows a room, except for the session itself, what that session has set there. */
  announce(room: Room, by: Session, code: NoticeCode, params?: Params): void;

  /**
   * Posts a message, which is kept in the history, and acknowledges it once it is accepted. A private message that was typed
   * as a command is repeated to its sender instead. Gives the error if the draft is one.
   */
  post(
    session: Session,
    ref: string,
    draft: ChatError | Draft,
    options?: { isTyped?: boolean },
  ): ChatError | undefined;

  /** Shows the session the last messages of its room again, at most `count`, and gives how many there were. */
  replayHistory(session: Session, count: number): number;

  /** Shows the session the last messages of the room that it has just joined. */
  replayOnJoin(session: Session): void;

  /**
   * Sends the reason and ends the connection of a user, at whichever hub they are. `told`: what the others are shown besides
   * the code.
   */
  dismiss(person: Session | RemoteUser, code: ByeCode, params?: Params, told?: Params): void;

  /** Pauses the session's input while something is asked for, then answers with the error or goes on with the outcome. */
  whileWaiting<Outcome>(
    session: Session,
    ref: string,
    ask: (done: (outcome: ChatError | Outcome) => void) => void,
    then: (outcome: Outcome) => void,
  ): void;

  /** Makes the session a moderator, or gives the error. After three wrong passwords the session ends. */
  promote(session: Session, password: string): ChatError | undefined;

  /** Changes the language of what the session is shown. */
  setLanguage(session: Session, lang: Lang): void;

  /** Logs what a moderator has done. */
  logModeration(action: string, by: Session, fields?: LogFields): void;
}
