/**
 * A peer of a load generator that is our own client without a terminal: it knows several hubs, takes its session up again
 * at another one, and sends again what was not answered, all by the client's own code. What of that is right, it does not
 * know.
 */

import { type Address, formatAddress } from "../../common/cli/address.ts";
import { HubConnection } from "../../client/net/connection.ts";
import { Conversation, type ConversationEvent } from "../../client/session/conversation.ts";
import type { ClientRequest } from "../../client/session/request.ts";
import type { HubFrame, MessageFrame } from "../../common/protocol/frame.ts";

export interface ClientEvents {
  /** A message came. */
  onHeard(message: MessageFrame): void;
  /** What was said under a ref has got its place. */
  onAccepted(ref: string, id: number): void;
  /** What was said under these refs will never be answered, or was refused: it may have been accepted or not. */
  onDoubt(refs: readonly string[]): void;
  /** It is in again, over another connection; `isSame`: in the same session. */
  onBack(isSame: boolean): void;
  /** It was told of somebody who came or went. */
  onPresence(frame: HubFrame & { type: "joined" | "left" | "presence" }): void;
  /** Its room was answered: it is in it. */
  onJoined(room: string): void;
  /** Something came or went that should not have. */
  onTrouble(what: string): void;
}

export interface ClientPeerOptions {
  /** The hubs that it knows, the one that it tries first before the others. */
  addresses: readonly Address[];
  nick: string;
  random: () => number;
  events: ClientEvents;
}

export class ClientPeer {
  readonly #conversation: Conversation;
  readonly #events: ClientEvents;
  readonly #nick: string;
  readonly #running: Promise<void>;
  #token = "";
  #isAway = false;

  private constructor(conversation: Conversation, { nick, events }: ClientPeerOptions) {
    this.#conversation = conversation;
    this.#nick = nick;
    this.#events = events;
    this.#running = this.#run();
  }

  /**
   * Connects, and resolves when a hub has welcomed it.
   *
   * @throws {Failure} when none can be connected to.
   */
  static async come(options: ClientPeerOptions): Promise<ClientPeer> {
    const conversation = await Conversation.open({
      addresses: options.addresses,
      lang: "en",
      nick: options.nick,
      history: 0,
      retryFor: Infinity,
      connect: (address, hello, signal) => HubConnection.open(address, hello, signal),
      now: () => performance.now(),
      after: (milliseconds, call) => {
        const timer = setTimeout(call, milliseconds);
        return () => clearTimeout(timer);
      },
      random: options.random,
    });
    const peer = new ClientPeer(conversation, options);
    const isOver = peer.#running.then(() => true);
    const isIn = conversation.until(() => conversation.state.stage === "joined");
    await Promise.race([isIn, isOver]);
    return peer;
  }

  /** HOST:PORT of the hub at which it is, or was last. */
  get hub(): string {
    return formatAddress(this.#conversation.address);
  }

  /** Whether a hub has it. */
  get isIn(): boolean {
    return this.#conversation.state.stage === "joined" && !this.#isAway;
  }

  /** What it has asked and got no answer to. */
  get unanswered(): number {
    return this.#conversation.pendingCount;
  }

  /** Says or asks something as soon as there is a hub for it, and gives its ref. */
  ask(request: ClientRequest): string {
    const shown = request.type === "say" ? request.text : request.line;
    const asked = this.#conversation.send(request, shown);
    if (asked.kind === "sent") return asked.ref;
    throw new RangeError(`Cannot send ${asked.bytes} bytes: at most ${asked.max} are taken`);
  }

  /** Says goodbye; resolves when all is over. */
  async leave(): Promise<void> {
    this.#conversation.leave();
    await this.#running;
  }

  /** Ends without a word. */
  async cut(): Promise<void> {
    this.#conversation.close();
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      for await (const happenings of this.#conversation.events()) {
        for (const happening of happenings) this.#take(happening);
        this.#look();
      }
      const { bye } = this.#conversation.state;
      if (bye && bye.code !== "quit") this.#events.onTrouble(`bye ${bye.code}`);
    } catch (error) {
      this.#events.onTrouble(`ended: ${error instanceof Error ? error.message : error}`);
    }
  }

  /** The client tells of a session that goes on only by how it stands. */
  #look(): void {
    const { stage, token, nick } = this.#conversation.state;
    if (stage !== "joined") {
      this.#isAway = this.#token !== "";
      return;
    }
    const isBack = this.#isAway;
    const isSame = token === this.#token;
    this.#isAway = false;
    this.#token = token;
    if (nick !== this.#nick) this.#events.onTrouble(`got another nick`);
    if (isBack) this.#events.onBack(isSame);
  }

  #take(happening: ConversationEvent): void {
    switch (happening.type) {
      case "frame":
        return this.#takeFrame(happening.frame);
      case "restarted":
        return this.#events.onDoubt(happening.uncertain.map(({ frame }) => frame.ref));
      case "unsent":
        return this.#events.onDoubt(happening.lines.map(({ frame }) => frame.ref));
    }
  }

  #takeFrame(frame: HubFrame): void {
    switch (frame.type) {
      case "message":
        return this.#events.onHeard(frame);
      case "ack":
        return this.#events.onAccepted(frame.ref, frame.id);
      case "reply":
        if (frame.code === "private") {
          return this.#events.onAccepted(frame.ref, Number(frame.data["id"]));
        }
        if (frame.code === "join") this.#events.onJoined(String(frame.data["room"]));
        return;
      case "joined":
      case "left":
      case "presence":
        return this.#events.onPresence(frame);
      case "error":
        this.#events.onTrouble(`error ${frame.code}`);
        if (frame.ref !== undefined) this.#events.onDoubt([frame.ref]);
        return;
      case "notice":
        if (frame.code === "resumed" && Number(frame.params["missing"]) > 0) {
          this.#events.onTrouble("something was missing after coming back");
        } else if (!EXPECTED_NOTICES.has(frame.code)) {
          this.#events.onTrouble(`notice ${frame.code}`);
        }
        return;
      case "bye":
        if (!EXPECTED_BYES.has(frame.code)) this.#events.onTrouble(`bye ${frame.code}`);
    }
  }
}

/** What is told where hubs and what lies between them break and come back. */
const EXPECTED_NOTICES: ReadonlySet<string> = new Set([
  "resumed",
  "away",
  "throttled",
  "cluster_lost",
  "cluster_back",
]);
const EXPECTED_BYES: ReadonlySet<string> = new Set(["quit", "shutdown", "cut_off"]);
