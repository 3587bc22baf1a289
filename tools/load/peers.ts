/**
 * The peers of a load generator, one for each way of taking part: frames, text, and one that never reads. They come in, say
 * things and hear things; what of that is right, they do not know.
 */

import { Wire } from "./wire.ts";

export interface PeerEvents {
  /** It is in its room. */
  onIn(): void;
  /** Somebody's message came; `id` where the dialect tells it, `isReplay` where it is told again. */
  onHeard(text: string, id?: number, isReplay?: boolean): void;
  /** One's own message was accepted. */
  onAccepted(text: string, id: number): void;
  /** It has left, and everything that was for it has come. */
  onGone(): void;
  /** Something came or went that should not have. */
  onTrouble(what: string): void;
}

/** What both kinds that read have in common. */
export interface Peer {
  /** Says something, now or as soon as it is connected. */
  say(text: string): void;
  leave(): void;
  /** Breaks the connection for good. */
  cut(): void;
}

/** A peer that speaks frames, and goes on where it was after its connection broke. */
export class FramesPeer implements Peer {
  readonly #port: number;
  readonly #events: PeerEvents;
  readonly #nick: string;
  readonly #room: string;
  #wire: Wire | undefined;
  #token = "";
  #after = 0;
  #refs = 0;
  /** By ref; what is said and not answered. */
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

  /** Messages that were said and not accepted yet. */
  get unanswered(): number {
    return this.#unanswered.size;
  }

  /** Comes in, or back. */
  connect(): void {
    const wire: Wire = new Wire(this.#port, {
      onOpen: () => {
        const resume = this.#token === ""
          ? {}
          : { resume: { token: this.#token, after: this.#after } };
        const [nick, room] = [this.#nick, this.#room];
        this.#write({ type: "hello", protocol: 1, nick, room, history: 0, ...resume });
      },
      onLine: (line) => this.#take(JSON.parse(line)),
      onClose: (error) => {
        this.#wire = undefined;
        this.#isIn = false;
        if (this.#isLeaving) this.#events.onGone();
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

  /** The connection breaks. */
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

  // deno-lint-ignore no-explicit-any -- what the hub says is taken as it is
  #take(frame: any): void {
    switch (frame.type) {
      case "welcome":
        if (this.#token !== "" && frame.token !== this.#token) {
          this.#events.onTrouble("the session did not go on");
        }
        if (frame.room !== this.#room) this.#events.onTrouble(`came into ${frame.room}`);
        this.#token = frame.token;
        this.#isIn = true;
        for (const [ref, text] of this.#unanswered) this.#write({ type: "say", ref, text });
        return this.#events.onIn();
      case "message":
        this.#after = frame.id;
        return this.#events.onHeard(frame.text, frame.id, frame.replay === true);
      case "ack": {
        this.#after = Math.max(this.#after, frame.id);
        const text = this.#unanswered.get(frame.ref);
        if (text === undefined) return this.#events.onTrouble("an answer that nobody waits for");
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

/** A peer that speaks text, as with `nc`; when its connection is over, so is everything. */
export class TextPeer implements Peer {
  readonly #wire: Wire;
  #isLeaving = false;

  constructor(port: number, nick: string, room: string, events: PeerEvents) {
    const left = `* you left #general, and are in #${room}`;
    this.#wire = new Wire(port, {
      onOpen: () => {
        for (const line of [`/name ${nick}`, `/join ${room}`, "/leave general"]) {
          this.#wire.send(line);
        }
      },
      onLine: (line) => {
        const said = line.indexOf(": §");
        if (said !== -1) events.onHeard(line.slice(said + 2));
        else if (line === left) events.onIn();
        else if (line.startsWith("! ") || line.startsWith("* disconnected")) events.onTrouble(line);
      },
      onClose: (error) => {
        if (this.#isLeaving) events.onGone();
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

/** A peer that asks for much and reads nothing of it. */
export class StalledPeer {
  readonly #wire: Wire;

  /** `onClose`: the hub has had enough of it. */
  constructor(port: number, nick: string, room: string, onClose: () => void) {
    this.#wire = new Wire(port, {
      onOpen: () => {
        for (const line of [`/name ${nick}`, `/join ${room}`, "/leave general"]) {
          this.#wire.send(line);
        }
      },
      onLine: () => {},
      onClose,
    }, { reading: false });
  }

  /** Asks for something long, so that what waits for it outgrows what the system keeps. */
  ask(): void {
    this.#wire.send("/history 200");
  }

  cut(): void {
    this.#wire.cut("reset");
  }
}
