/** DNS-SD over multicast DNS (RFC 6762): `bonjour-service` on a guarded socket, since anybody may send it anything. */

import { Bonjour } from "bonjour-service";
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { EventEmitter, once } from "node:events";
import { hostMatcher } from "../protocol/ip.ts";
import { TokenBucket } from "../rate_limit.ts";
import { attempt } from "../result.ts";
import type { Network } from "./networks.ts";

const GROUP = "224.0.0.251";
const PORT = 5353;
/** Receivers may check that packets come from this link (RFC 6762, section 11). */
const TTL = 255;

/** Longest message (RFC 6762, section 17), in bytes. */
const MAX_BYTES = 9000;
/** Bounds the work of the library, which compares all records of a message and answers each question by a message. */
const MAX_QUESTIONS = 16;
const MAX_RECORDS = 64;
/** Messages received and sent in a second; further ones are dropped. */
const MAX_RECEIVED = 100;
const MAX_SENT = 50;

/** Called if something could not be sent, or the network is gone. */
export type OnFailure = (reason: string) => void;

/** An open network. */
export class Multicast {
  readonly bonjour: Bonjour;
  readonly #guard: Guard;

  private constructor(guard: Guard) {
    this.#guard = guard;
    // The socket is bound and has joined the group. By itself the library would poll the machine's interfaces every few
    // seconds and choose one of them.
    const options: object = { socket: guard, port: PORT, bind: false, multicast: false };
    this.bonjour = new Bonjour(options, () => {}); // the guard reports failures
  }

  /** @throws {Error} of the system, if the network has no multicast. */
  static async open(network: Network, onFailure: OnFailure): Promise<Multicast> {
    const socket = createSocket({ type: "udp4", reuseAddr: true });
    try {
      socket.bind(PORT, "0.0.0.0"); // which all participants on a machine share
      await once(socket, "listening");
      socket.addMembership(GROUP, network.address);
      socket.setMulticastInterface(network.address);
      socket.setMulticastTTL(TTL);
      socket.setMulticastLoopback(true);
    } catch (error) {
      socket.close();
      throw error;
    }
    return new Multicast(new Guard(socket, network, onFailure));
  }

  close(): void {
    this.bonjour.destroy();
    this.#guard.close();
  }
}

/** The library's socket: limits what it receives and sends, and keeps its exceptions from ending the program. */
class Guard extends EventEmitter {
  readonly #socket: Socket;
  readonly #isOnNetwork: (address: string) => boolean;
  readonly #onFailure: OnFailure;
  readonly #received = aSecond(MAX_RECEIVED);
  readonly #sent = aSecond(MAX_SENT);
  #isOpen = true;

  constructor(socket: Socket, { cidr }: Network, onFailure: OnFailure) {
    super();
    this.#socket = socket;
    this.#isOnNetwork = hostMatcher(cidr);
    this.#onFailure = onFailure;
    socket.on("error", (error) => onFailure(error.message));
    socket.on("message", (message, from) => {
      // The library throws at malformed messages, and has dropped them then.
      if (this.#isFit(message, from)) attempt(() => this.emit("message", message, from));
    });
  }

  /** Called by the library. */
  send(
    message: Uint8Array,
    offset: number,
    length: number,
    port: number,
    address: string,
    done: (error: Error | null) => void,
  ): void {
    if (!this.#isOpen || !this.#sent.tryTake(1)) return done(null);
    const sent = (error: Error | null) => {
      if (error) this.#onFailure(error.message);
      attempt(() => done(error));
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

  /** Whether a message is from a participant on this network (RFC 6762, sections 6 and 11) and of reasonable size. */
  #isFit(message: Uint8Array, { address, port }: RemoteInfo): boolean {
    if (!this.#isOpen || port !== PORT || !this.#isOnNetwork(address)) return false;
    if (message.length < HEADER || message.length > MAX_BYTES) return false;
    const header = new DataView(message.buffer, message.byteOffset, HEADER);
    const [questions = 0, ...records] = [4, 6, 8, 10].map((offset) => header.getUint16(offset));
    if (questions > MAX_QUESTIONS || records.reduce((sum, each) => sum + each) > MAX_RECORDS) {
      return false;
    }
    return this.#received.tryTake(1);
  }
}

/** Header of a DNS message in bytes (RFC 1035, section 4.1.1): six numbers, of which the last four are counts. */
const HEADER = 12;

function aSecond(rate: number): TokenBucket {
  return new TokenBucket({ rate, burst: rate }, () => performance.now());
}
