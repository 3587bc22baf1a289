/** What a command is: a row of the table in mod.ts, and what it may ask of the hub. */

import type { KeyAfter, Lang } from "../../common/i18n/mod.ts";
import type {
  ByeCode,
  NoticeCode,
  Params,
  ReplyCode,
  ReplyData,
} from "../../common/protocol/codes.ts";
import type { HubFrame, Ref } from "../../common/protocol/frame.ts";
import type { Chat } from "../chat/chat.ts";
import type { Draft } from "../chat/messages.ts";
import type { LogFields } from "../log.ts";
import type { ChatError, ChatResult } from "../model/errors.ts";
import type { RemoteUser } from "../model/remote_users.ts";
import type { Room } from "../model/room.ts";
import type { Session } from "../model/session.ts";

export interface Command {
  /** What follows its name; a command without it refuses any word. */
  readonly argument?: {
    /** Of its placeholder in common/i18n/ (`argument.<key>`). */
    readonly key: KeyAfter<"argument.">;
    /** Whether it may be left out. */
    readonly optional?: true;
    /** How many words it has at least, unless it is left out; 1 by default. */
    readonly least?: number;
    /** How many words it has at most; any number by default. */
    readonly words?: number;
  };
  /** Does it and replies, or returns the error to answer with. */
  run(call: CommandCall): ChatError | undefined;
}

/** One use of a command. */
export interface CommandCall {
  hub: CommandHub;
  session: Session;
  /** Comes back in the answer. */
  ref: Ref;
  /** The name that was typed. */
  name: string;
  /** What follows the name, trimmed; as many words as the row takes. */
  argument: string;
}

/** What commands may ask of the hub. */
export interface CommandHub {
  /** Rooms, nicks and messages. */
  readonly chat: Chat;

  /** Whether it has a password for moderators. */
  readonly hasModeration: boolean;

  /** Answers the sender alone. The answer is remembered for a sender whose connection breaks before it arrives. */
  reply<C extends ReplyCode>(to: Session, ref: Ref, code: C, data: ReplyData[C]): undefined;

  /** Shows a user a notice, at whichever hub they are. */
  notify(user: Session | RemoteUser, code: NoticeCode, params?: Params): void;

  /** Shows a room what a member has set for it, except for that member. */
  announce(room: Room, by: Session, code: NoticeCode, params?: Params): void;

  /**
   * Posts a message, which is kept in the history, and acknowledges it once it is accepted. A private message that was
   * typed as a command is shown to its sender instead. Returns the error if the draft is one.
   */
  post(
    session: Session,
    ref: Ref,
    draft: ChatResult<Draft>,
    options?: { isTyped?: boolean },
  ): ChatError | undefined;

  /** Sends messages of a room again, if there are any: the last ones, or those that were found with some words. */
  replay(to: Session, room: Room, messages: HubFrame[], ref: Ref, words?: string): void;

  /** Tells the session if it moderates the room that it has just joined, and replays the last messages. */
  replayOnJoin(session: Session): void;

  /** Sends a user the reason and ends the connection, at any hub. `shown`: what others are shown besides the code. */
  dismiss(user: Session | RemoteUser, code: ByeCode, params?: Params, shown?: Params): void;

  /** Pauses the session's input while something is asked for, then answers with its error or goes on with its value. */
  whileWaiting<Value>(
    session: Session,
    ref: Ref,
    ask: (done: (outcome: ChatResult<Value>) => void) => void,
    then: (value: Value) => void,
  ): undefined;

  /** Makes the session a moderator, or returns the error. After three wrong passwords the session ends. */
  promote(session: Session, password: string): ChatError | undefined;

  /** Changes the language in which the session is addressed. */
  setLanguage(session: Session, lang: Lang): void;

  /** Logs what a moderator has done, and tells the others who do not see it; or a text to all users at all hubs. */
  reportModeration(action: string, by: Session, fields?: LogFields, text?: string): void;
}

/** The first word of a text and what follows it. */
export function splitWord(text: string): [word: string, rest: string] {
  const [, word = "", rest = ""] = /^(\S+)\s*([^]*)$/.exec(text) ?? [];
  return [word, rest];
}
