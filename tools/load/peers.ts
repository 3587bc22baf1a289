/** The peers of a load generator: one speaks frames, one speaks text, and one never reads. */

import { translate } from "../../common/i18n/mod.ts";
import { Wire } from "./wire.ts";

export interface PeerEvents {
  /** The peer is in its room. */
  onJoined(): void;
  /** A message came. `id` is missing in the text dialect; `isReplay`: the hub replayed it after a reconnect. */
  onHeard(text: string, id?: number, isReplay?: boolean): void;
  /** The peer's own message was accepted. */
  onAccepted(text: string, id: number): void;
  /** The peer has left, and has read to the end of the connection. */
  onLeft(): void;
  /** Something unexpected happened. */
  onTrouble(what: string): void;
}

/** A peer that reads. */
export interface Peer {
  /** Sends a message, now or as soon as the peer is connected. */
  say(text: string): void;
  leave(): void;
  /** Breaks the connection. */
  cut(): void;
}

/** A peer that speaks frames, and resumes its session after its connection broke. */
export class FramesPeer implements Peer {
  readonly #port: number;
  readonly #events: PeerEvents;
  readonly #nick: string;
  readonly #room: string;
  #wire: Wire | undefined;
  #token = "";
  #after = 0;
  #refs = 0;
  /** Texts of messages without an ack, by ref. */
  readonly #unanswered: Map<string, string> = new Map();
  #isIn = false;
  #isLeaving = false;

  constructor(port: number, nick: string, room: string, events: PeerEvents) {
    this.#port = port;
    this.#nick = nick;
    this.#room = room;
    this.#events = events;
    this.connect();
  }

  /** The number of messages without an ack. */
  get unanswered(): number {
    return this.#unanswered.size;
  }

  /** Joins, or resumes the session. */
  connect(): void {
    const wire: Wire = new Wire(this.#port, {
      onOpen: () => {
        const resume = this.#token === ""
          ? {}
          : { resume: { token: this.#token, after: this.#after } };
        const [nick, room] = [this.#nick, this.#room];
        this.#write({ type: "hello", protocol: 1, nick, room, history: 0, ...resume });
      },
      onLine: (line) => this.#onFrame(JSON.parse(line)),
      onClose: (error) => {
        this.#wire = undefined;
        this.#isIn = false;
        if (this.#isLeaving) this.#events.onLeft();
        else this.#events.onTrouble(`closed: ${error?.message ?? "by the hub"}`);
      },
    });
    this.#wire = wire;
  }

  say(text: string): void {
    const ref = String(++this.#refs);
    this.#unanswered.set(ref, text);
    if (this.#isIn) this.#write({ type: "say", ref, text });
  }

  ping(): void {
    if (this.#isIn) this.#write({ type: "ping" });
  }

  leave(): void {
    this.#isLeaving = true;
    this.#write({ type: "command", ref: "leave", line: "/exit" });
  }

  /** Breaks the connection; {@linkcode connect} resumes. */
  break(how: "reset" | "close"): void {
    this.#wire?.cut(how);
    this.#wire = undefined;
    this.#isIn = false;
  }

  cut(): void {
    this.break("close");
  }

  #write(frame: Record<string, unknown>): void {
    this.#wire?.send(JSON.stringify(frame));
  }

  // deno-lint-ignore no-explicit-any -- a test peer trusts its hub
  #onFrame(frame: any): void {
    switch (frame.type) {
      case "welcome":
        if (this.#token !== "" && frame.token !== this.#token) {
          this.#events.onTrouble("the session did not go on");
        }
        if (frame.room !== this.#room) this.#events.onTrouble(`joined ${frame.room}`);
        this.#token = frame.token;
        this.#isIn = true;
        for (const [ref, text] of this.#unanswered) this.#write({ type: "say", ref, text });
        return this.#events.onJoined();
      case "message":
        this.#after = frame.id;
        return this.#events.onHeard(frame.text, frame.id, frame.replay === true);
      case "ack": {
        this.#after = Math.max(this.#after, frame.id);
        const text = this.#unanswered.get(frame.ref);
        if (text === undefined) return this.#events.onTrouble("an ack for an unknown ref");
        this.#unanswered.delete(frame.ref);
        return this.#events.onAccepted(text, frame.id);
      }
      case "notice":
        if (frame.code === "resumed" && frame.params.missing > 0) {
          this.#events.onTrouble("something was missing after coming back");
        } else if (frame.code !== "resumed") this.#events.onTrouble(`notice ${frame.code}`);
        return;
      case "error":
        return this.#events.onTrouble(`error ${frame.code}`);
      case "bye":
        if (frame.code !== "quit") this.#events.onTrouble(`bye ${frame.code}`);
    }
  }
}

/** A peer that speaks text, as with `nc`; it cannot resume. */
export class TextPeer implements Peer {
  readonly #wire: Wire;
  #isLeaving = false;

  constructor(port: number, nick: string, room: string, events: PeerEvents) {
    const left = `* ${translate("en", "reply.leave", { room: "general", current: room })}`;
    this.#wire = new Wire(port, {
      onOpen: () => enterRoom(this.#wire, nick, room),
      onLine: (line) => {
        const at = line.indexOf(": §");
        if (at !== -1) events.onHeard(line.slice(at + 2));
        else if (line === left) events.onJoined();
        else if (line.startsWith("! ") || line.startsWith("* disconnected")) events.onTrouble(line);
      },
      onClose: (error) => {
        if (this.#isLeaving) events.onLeft();
        else events.onTrouble(`closed: ${error?.message ?? "by the hub"}`);
      },
    });
  }

  say(text: string): void {
    this.#wire.send(text);
  }

  leave(): void {
    this.#isLeaving = true;
    this.#wire.send("/exit");
  }

  cut(): void {
    this.#wire.cut("close");
  }
}

/** A peer that requests much and never reads. */
export class StalledPeer {
  readonly #wire: Wire;

  /** `onClose`: the hub has closed the connection. */
  constructor(port: number, nick: string, room: string, onClose: () => void) {
    this.#wire = new Wire(port, {
      onOpen: () => enterRoom(this.#wire, nick, room),
      onLine: () => {},
      onClose,
    }, { reading: false });
  }

  /** Requests a long reply, so that the hub's outbox grows beyond the system's socket buffers. */
  ask(): void {
    this.#wire.send("/history 200");
  }

  cut(): void {
    this.#wire.cut("reset");
  }
}

/** Moves a text peer from the first room to its own. */
function enterRoom(wire: Wire, nick: string, room: string): void {
  for (const line of [`/name ${nick}`, `/join ${room}`, "/leave general"]) wire.send(line);
}
