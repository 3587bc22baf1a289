/** Peers of a load generator that speak text; one of them never reads. */

import { translate } from "../../common/i18n/mod.ts";
import { Wire } from "./wire.ts";

export interface PeerEvents {
  /** The peer is in its room. */
  onJoined(): void;
  /** A message came. */
  onHeard(text: string): void;
  /** The peer has left, and has read to the end of the connection. */
  onLeft(): void;
  /** Something unexpected happened. */
  onTrouble(what: string): void;
}

/** A peer that speaks text, as with `nc`; it cannot resume. */
export class TextPeer {
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
