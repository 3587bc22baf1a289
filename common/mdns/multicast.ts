/**
 * Opens one network for DNS-SD over multicast (RFC 6762): `bonjour-service` on a socket that is guarded, since anybody on the
 * network may send it anything. What is announced or looked for there, the callers know.
 */

import { Bonjour } from "bonjour-service";
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { EventEmitter } from "node:events";
import { isOn, type Network } from "./networks.ts";

const GROUP = "224.0.0.251";
const PORT = 5353;
/** What is sent is for this link only, and says so (RFC 6762, section 11). */
const TTL = 255;

/** Longest message (RFC 6762, section 17), in bytes. */
const MAX_BYTES = 9000;
/** The library compares all records of a message with each other, and answers each question by a message of its own. */
const MAX_QUESTIONS = 16;
const MAX_RECORDS = 64;
/** Messages that are heard, and sent, within a second. */
const MAX_HEARD = 100;
const MAX_SENT = 50;

export interface MulticastOptions {
  /** Called when something could not be sent, or the network is gone. */
  onFailure: (reason: string) => void;
}

/** A network that is open. */
export class Multicast {
  readonly bonjour: Bonjour;
  readonly #guard: Guard;

  private constructor(guard: Guard) {
    this.#guard = guard;
    // The socket is bound already, and has joined the group: by itself the library would look at the interfaces of the
    // machine every few seconds, and choose one of them to send by.
    const options: object = { socket: guard, port: PORT, bind: false, multicast: false };
    this.bonjour = new Bonjour(options, () => {}); // the guard tells of what could not be sent
  }

  /**
   * Opens a network.
   *
   * @throws {Error} with the system's words for why there is no multicast on it.
   */
  static async open(network: Network, { onFailure }: MulticastOptions): Promise<Multicast> {
    const socket = createSocket({ type: "udp4", reuseAddr: true });
    try {
      await bind(socket);
      socket.addMembership(GROUP, network.address);
      socket.setMulticastInterface(network.address);
      socket.setMulticastTTL(TTL);
      socket.setMulticastLoopback(true);
    } catch (error) {
      socket.close();
      throw error;
    }
    return new Multicast(new Guard(socket, { network, onFailure }));
  }

  close(): void {
    this.bonjour.destroy();
    this.#guard.close();
  }
}

/** Resolves when all who take part can be heard; they share the port. */
function bind(socket: Socket): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once("error", reject);
  socket.bind(PORT, "0.0.0.0", () => {
    socket.off("error", reject);
    resolve();
  });
  return promise;
}

/** What the library takes for its socket: it gets no more than it can bear, and its faults end nothing. */
class Guard extends EventEmitter {
  readonly #socket: Socket;
  readonly #options: MulticastOptions & { network: Network };
  readonly #heard = new Share(MAX_HEARD);
  readonly #sent = new Share(MAX_SENT);
  #isOpen = true;

  constructor(socket: Socket, options: MulticastOptions & { network: Network }) {
    super();
    this.#socket = socket;
    this.#options = options;
    socket.on("error", (error) => options.onFailure(error.message));
    socket.on("message", (message, from) => {
      if (this.#isFit(message, from)) guarded(() => this.emit("message", message, from));
    });
  }

  /** As the library calls it. */
  send(
    message: Uint8Array,
    offset: number,
    length: number,
    port: number,
    address: string,
    done: (error: Error | null) => void,
  ): void {
    if (!this.#isOpen || !this.#sent.take()) return done(null);
    const sent = (error: Error | null) => {
      if (error) this.#options.onFailure(error.message);
      guarded(() => done(error));
    };
    try {
      this.#socket.send(message, offset, length, port, address, sent);
    } catch (error) {
      sent(error instanceof Error ? error : new Error(String(error)));
    }
  }

  close(done: () => void = () => {}): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#socket.close(done);
  }

  /**
   * Whether a message is of somebody on this network who takes part (RFC 6762, sections 6 and 11), and no more than there
   * ever is to say at once.
   */
  #isFit(message: Uint8Array, { address, port }: RemoteInfo): boolean {
    if (!this.#isOpen || port !== PORT) return false;
    if (message.length > MAX_BYTES || !isOn(this.#options.network, address)) return false;
    if (message.length < HEADER) return false;
    const [questions = 0, ...records] = counts(message);
    if (questions > MAX_QUESTIONS || records.reduce((sum, each) => sum + each) > MAX_RECORDS) {
      return false;
    }
    return this.#heard.take();
  }
}

/** Bytes of the header of a message of DNS (RFC 1035, section 4.1.1): six numbers, the last four of which are counts. */
const HEADER = 12;

function counts(message: Uint8Array): number[] {
  const header = new DataView(message.buffer, message.byteOffset, HEADER);
  return [4, 6, 8, 10].map((offset) => header.getUint16(offset));
}

/** So many of something a second. */
class Share {
  readonly #most: number;
  #count = 0;
  #since = -Infinity;

  constructor(most: number) {
    this.#most = most;
  }

  take(): boolean {
    const now = performance.now();
    if (now - this.#since >= 1000) {
      this.#since = now;
      this.#count = 0;
    }
    return ++this.#count <= this.#most;
  }
}

/** What the library makes of strange messages must end nothing. */
function guarded(run: () => void): void {
  try {
    run();
  } catch {
    // it has dropped the message
  }
}
