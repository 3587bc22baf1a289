/**
 * A peer of a load generator that is our own client without a terminal: the client's code resumes its session, at another hub
 * if need be, and sends unacknowledged messages again.
 */

import { type Address, formatAddress } from "../../common/cli/address.ts";
import { HubConnection } from "../../client/net/connection.ts";
import { dial } from "../../client/net/dial.ts";
import type { HubSocket } from "../../client/net/tls_socket.ts";
import { Conversation, type ConversationEvent } from "../../client/session/conversation.ts";
import type { UserRequest } from "../../client/session/request.ts";
import type { HubFrame, MessageFrame } from "../../common/protocol/frame.ts";

export interface ClientEvents {
  /** A message came. */
  onHeard(message: MessageFrame): void;
  /** The message sent with this ref was accepted. */
  onAccepted(ref: string, id: number): void;
  /** The messages with these refs were refused, or will never be answered: they may have been accepted or not. */
  onDoubt(refs: readonly string[]): void;
  /** The peer is back over a new connection; `isSame`: in the same session. */
  onBack(isSame: boolean): void;
  /** A user joined or left. */
  onPresence(frame: HubFrame & { type: "joined" | "left" | "presence" }): void;
  /** The peer has joined a room. */
  onJoined(room: string): void;
  /** Something unexpected happened. */
  onTrouble(what: string): void;
}

export interface ClientPeerOptions {
  /** The hubs to connect to, the first choice first. */
  addresses: readonly Address[];
  nick: string;
  /** The room to join instead of the first room. */
  room?: string;
  random: () => number;
  events: ClientEvents;
}

/** Holds the client's last connection. */
interface Line {
  socket?: HubSocket;
}

export class ClientPeer {
  readonly #conversation: Conversation;
  readonly #events: ClientEvents;
  readonly #nick: string;
  readonly #line: Line;
  readonly #running: Promise<void>;
  #token = "";
  #isAway = false;

  private constructor(
    conversation: Conversation,
    line: Line,
    { nick, events }: ClientPeerOptions,
  ) {
    this.#conversation = conversation;
    this.#line = line;
    this.#nick = nick;
    this.#events = events;
    this.#running = this.#run();
  }

  /**
   * Connects, and resolves when a hub has welcomed the peer.
   *
   * @throws {Failure} if no hub can be reached.
   */
  static async join(options: ClientPeerOptions): Promise<ClientPeer> {
    const line: Line = {};
    const conversation = await Conversation.open({
      addresses: options.addresses,
      lang: "en",
      nick: options.nick,
      room: options.room,
      history: 0,
      retryFor: Infinity,
      connect: async (address, hello, signal) => {
        line.socket = breakable(await dial(address, signal));
        return new HubConnection(line.socket, address, hello);
      },
      now: () => performance.now(),
      date: Date.now,
      after: (milliseconds, call) => {
        const timer = setTimeout(call, milliseconds);
        return () => clearTimeout(timer);
      },
      random: options.random,
    });
    const peer = new ClientPeer(conversation, line, options);
    const isOver = peer.#running.then(() => true);
    const isIn = conversation.until(() => conversation.state.stage === "joined");
    await Promise.race([isIn, isOver]);
    return peer;
  }

  /** HOST:PORT of the current hub, or of the last hub. */
  get hub(): string {
    return formatAddress(this.#conversation.address);
  }

  /** Whether the peer is connected and welcomed. */
  get isIn(): boolean {
    return this.#conversation.state.stage === "joined" && !this.#isAway;
  }

  /** The number of requests without an answer. */
  get unanswered(): number {
    return this.#conversation.pendingCount;
  }

  /** Sends a message or command, as soon as a hub is connected, and gives its ref. */
  ask(request: UserRequest): string {
    const shown = request.type === "say" ? request.text : request.line;
    const asked = this.#conversation.send(request, shown);
    if (asked.kind === "sent") return asked.ref;
    throw new RangeError(`Cannot send ${shown.slice(0, 80)}: ${asked.kind}`);
  }

  /** Breaks the connection; the client resumes its session. */
  break(): void {
    this.#line.socket?.close();
  }

  /** Leaves; resolves when the connection is closed. */
  async leave(): Promise<void> {
    this.#conversation.leave();
    await this.#running;
  }

  /** Disconnects without leaving. */
  async cut(): Promise<void> {
    this.#conversation.close();
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      for await (const happenings of this.#conversation.events()) {
        for (const happening of happenings) this.#take(happening);
        this.#compareState();
      }
      const { bye } = this.#conversation.state;
      if (bye && bye.code !== "quit") this.#events.onTrouble(`bye ${bye.code}`);
    } catch (error) {
      this.#events.onTrouble(`ended: ${error instanceof Error ? error.message : error}`);
    }
  }

  /** A resumed session shows only in the client's state, so it is compared after each batch of events. */
  #compareState(): void {
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
        return this.#events.onDoubt(happening.uncertain.map(({ frame }) => String(frame.ref)));
      case "unsent":
        return this.#events.onDoubt(happening.lines.map(({ frame }) => String(frame.ref)));
    }
  }

  #takeFrame(frame: HubFrame): void {
    switch (frame.type) {
      case "message":
        return this.#events.onHeard(frame);
      case "ack":
        return this.#events.onAccepted(String(frame.ref), frame.id);
      case "reply":
        if (frame.code === "private") {
          return this.#events.onAccepted(String(frame.ref), Number(frame.data["id"]));
        }
        if (frame.code === "join") this.#events.onJoined(String(frame.data["room"]));
        return;
      case "joined":
      case "left":
      case "presence":
        return this.#events.onPresence(frame);
      case "error":
        this.#events.onTrouble(`error ${frame.code}`);
        if (frame.ref !== undefined) this.#events.onDoubt([String(frame.ref)]);
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

/** Normal when hubs and the network between them fail and recover. */
const EXPECTED_NOTICES: ReadonlySet<string> = new Set([
  "room_moderator",
  "resumed",
  "away",
  "throttled",
  "cluster_lost",
  "cluster_back",
]);
const EXPECTED_BYES: ReadonlySet<string> = new Set(["quit", "shutdown", "cut_off"]);

/** A socket that may be closed again, by the client, after it was broken. */
function breakable(conn: Deno.TcpConn): HubSocket {
  let isOpen = true;
  return {
    read: (buffer) => conn.read(buffer),
    write: (bytes) => conn.write(bytes),
    close() {
      if (isOpen) conn.close();
      isOpen = false;
    },
  };
}
