/** What a hub is made of, and what its parts may ask of it. */

import type { Lang } from "../../common/i18n/mod.ts";
import type { RateLimit } from "../rate_limit.ts";
import type { Cluster } from "../cluster/mod.ts";
import type { CommandHub } from "../commands/command.ts";
import type { History } from "../history/mod.ts";
import type { Limits } from "../limits.ts";
import type { LogFields } from "../log.ts";
import type { ChatError } from "../model/errors.ts";
import type { Secret } from "../model/password.ts";
import type { Session } from "../model/session.ts";

export interface HubOptions {
  /** Program and version, for `welcome`. */
  name: string;
  /** For people who have not chosen a language. */
  lang: Lang;
  /** Milliseconds since 1970; what is accepted has its time from the cluster. */
  now: () => number;
  /** Milliseconds from any fixed moment, never going back. */
  elapsed: () => number;
  /** So many milliseconds a session whose connection broke waits for its peer to come back. */
  grace: number;
  limits: Pick<Limits, "frame" | "pending">;
  /** Calls back once at the end of the current tick. */
  schedule: (flush: () => void) => void;
  /** A new unguessable string. */
  randomId: () => string;
  history: History;
  /** What lies between this hub and others. */
  cluster: Cluster;
  /** How many messages of a room are told again to who comes in and does not say how many it wants. */
  historyOnJoin: number;
  /** To come in; without one everybody may. */
  password?: Secret | undefined;
  /** To become a moderator; without one nobody can. */
  moderatorPassword?: Secret | undefined;
  /** Message of the day, made safe, for whoever comes in. */
  motd?: string | undefined;
  /** How much of telling who comes and goes a room can afford; PRESENCE_LIMIT of presence.ts unless given. */
  presence?: RateLimit | undefined;
  /** Takes what is worth a line of the log. */
  record: (event: string, fields: LogFields) => void;
}

/** What the handshake and the cluster events ask of the hub, besides what commands do. */
export interface HubApi extends CommandHub {
  /** The id of the session with a token. */
  sessionId(token: string): string;

  /** Answers with an error. */
  sendError(session: Session, refusal: ChatError, ref?: string): void;

  /** Pauses the session's input until {@linkcode resumeInput} was called as often. */
  pauseInput(session: Session): void;
  resumeInput(session: Session): void;

  /** Goes on with the input that waited, if nothing pauses the session. */
  continueInput(session: Session): void;
}
