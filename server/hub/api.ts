/** The options of a hub, and the interface that its parts use. */

import type { Lang } from "../../common/i18n/mod.ts";
import type { NoticeCode, Params } from "../../common/protocol/codes.ts";
import type { Ref } from "../../common/protocol/frame.ts";
import type { ChatOptions } from "../chat/chat.ts";
import type { CommandHub } from "../commands/command.ts";
import type { Limits } from "../limits.ts";
import type { ChatError } from "../model/errors.ts";
import type { Secret } from "../model/password.ts";
import type { Session } from "../model/session.ts";

export interface HubOptions extends Omit<ChatOptions, "fanout" | "maxReplay"> {
  /** Program and version, for `welcome`. */
  name: string;
  /** The name by which it is called. */
  host: string;
  /** The default language of users. */
  lang: Lang;
  /** Grace period of a session whose connection broke, in milliseconds. */
  grace: number;
  /** That of a page, in milliseconds. */
  webGrace: number;
  /** Whether browsers find its page at its address. */
  hasPage?: boolean;
  /** Whether IRC clients may join; by default they may. */
  hasIrc?: boolean;
  limits: Pick<Limits, "frame" | "pending" | "perAddress">;
  /** Calls back once at the end of the current tick. */
  schedule: (flush: () => void) => void;
  /** Returns a new unguessable string. */
  randomId: () => string;
  /** How many messages of a room are replayed to a user who joins it, unless they ask for another number. */
  historyOnJoin: number;
  /** Required to join; without it everybody may. */
  password?: Secret | undefined;
  /** Makes moderators of users who know it. */
  moderatorPassword?: Secret | undefined;
  /** Message of the day, as safe text. */
  motd?: () => string | undefined;
}

export type Notice = { readonly code: NoticeCode; readonly params: Params };

/** What the handshake and the cluster events ask of the hub, besides what commands do. */
export interface HubApi extends CommandHub {
  /** Shows a notice to all users here, or to all moderators if it is `moderated`, except the user who did it. */
  notifyHere(notice: Notice | undefined, by?: Session): void;

  sendError(session: Session, error: ChatError, ref?: Ref): void;
}
