/**
 * Several hubs as one chat: a cluster orders messages, keeps nicks unique, and tells each hub about the others' users.
 * The hub never awaits: results come through callbacks, at once or in a later task. A single hub uses LocalCluster.
 */

import type { MessageFrame } from "../../common/protocol/frame.ts";
import type { Author, Departure, Posted, RemoteCommand, Rule, User } from "../types.ts";

export interface Post {
  /** The cluster sets its id and time before it calls {@linkcode onAccepted}. */
  readonly message: MessageFrame;
  readonly author: Author;
  /** The id of the recipient of a private message; undefined for a room. */
  readonly to: string | undefined;
  /** Author and ref identify the message: published again, at any hub, it is stored once. */
  readonly ref: string;
  /** Called once, in the order of ids with `onMessage`. `duplicate`: it was delivered here before. */
  onAccepted(outcome: "new" | "duplicate"): void;
}

/** A user who moved to this hub, and the private messages since the last one they saw. */
export interface MovedUser {
  readonly user: User;
  readonly privateMessages: readonly Posted[];
}

/** Gets the history before later messages are delivered; undefined if it could not be read. */
export type OnHistory = (history: readonly Posted[] | undefined) => void;
/** Gets nothing if the user does not exist. */
export type OnTaken = (moved: MovedUser | "offline" | undefined) => void;

/** `offline`: the cluster cannot be reached; try again later. */
export type ClaimOutcome = "claimed" | "taken" | "offline";

/** Events from the other hubs. Listeners must not throw or await. */
export interface ClusterListener {
  /** A message for an open room, or for the local user `to`. Ids grow. */
  onMessage(posted: Posted, to?: string): void;
  /** A user joined or changed at another hub, or moved there from this one. */
  onUser(user: User): void;
  /** A user left at another hub. */
  onUserGone(id: string, departure: Departure): void;
  /** Another hub set or lifted a rule. Rules that already hold come first, without their news. */
  onRule(rule: Rule): void;
  /** Another hub requests something for a local user. */
  onCommand(command: RemoteCommand): void;
  /** The cluster became unreachable; or it is back, and all missed messages have been delivered. */
  onOffline(isOffline: boolean): void;
}

export interface Cluster {
  /** Whether the hub is the only one, so that users need not be published. */
  readonly isAlone: boolean;
  /** Identifies the sequence of message ids; with a new epoch, ids start over. */
  readonly epoch: string;
  /** Identifies this run of the hub; new at each start. */
  readonly instanceId: string;
  /** The last message id given before the hub started; 0 for none. */
  readonly lastId: number;
  /** Whether the cluster is unreachable and no message can be accepted. */
  readonly isOffline: boolean;

  /** The session id for a resume token, the same at every hub. The token cannot be derived from it. */
  sessionId(token: string): string;

  /** Starts events, first with all users and rules that exist. Called once, before anything else. */
  attach(listener: ClusterListener): void;

  /** Publishes a message, retrying until it is accepted. */
  publish(post: Post): void;

  /** Claims a nick by its key. Claiming a nick again for the same user succeeds. */
  claim(key: string, id: string, done: (outcome: ClaimOutcome) => void): void;
  /** Frees a nick if this user has it. */
  release(key: string, id: string): void;

  /** Subscribes to a room. `done` gets its recent history, oldest first, with everything after the id `after`. */
  openRoom(room: string, after: number, done: OnHistory): void;
  closeRoom(room: string): void;

  /** Publishes a local user who joined or changed. */
  putUser(user: User): void;
  /** Publishes that a local user left. */
  removeUser(id: string, departure: Departure): void;
  /** Moves a user here from another hub. `after`: the last id they saw. The hub puts them once their rooms are open. */
  takeUser(id: string, after: number, done: OnTaken): void;

  /** Sends a command to another hub; lost if that hub is down. Without a user's id, a notice is for all users there. */
  sendCommand(instanceId: string, command: RemoteCommand): void;
  /** Removes messages from what the cluster stores, for good. */
  erase(ids: readonly number[]): void;
  /** Sets or lifts a rule at all hubs. */
  putRule(rule: Rule): void;
}
