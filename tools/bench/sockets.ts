/** The sockets of the load generator: many TCP connections to this machine, and one wait for all of them. */

/** Connections by number. `using` closes the poller; each connection is closed by itself. */
export interface Sockets extends Disposable {
  /** Begins to connect to a port of 127.0.0.1; {@linkcode wait} reports when it is done. */
  connect(port: number): number;
  /** Whether a reported connection was made. From now on it is reported when it can be read. */
  isConnected(socket: number): boolean;
  /** Waits for events, at most this long, and returns their number. */
  wait(milliseconds: number): number | Promise<number>;
  /** The connection of an event of the last wait. */
  eventAt(index: number): number;
  /** Reads into the buffer and returns the number of bytes; 0 or less at the end of the connection. */
  read(socket: number, buffer: Uint8Array): number;
  /** Returns the number of bytes that were accepted; negative if the send buffer is full. */
  write(socket: number, bytes: Uint8Array): number;
  close(socket: number): void;
}

// Constants of Linux.
const AF_INET = 2;
const SOCK_STREAM = 1;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const IPPROTO_TCP = 6;
const TCP_NODELAY = 1;
const SOL_SOCKET = 1;
const SO_ERROR = 4;
const MSG_NOSIGNAL = 0x4000;
const EPOLL_CLOEXEC = 0o2000000;
const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
const EPOLL_CTL_MOD = 3;
const EPOLLIN = 1;
const EPOLLOUT = 4;

/** `struct epoll_event` in words of 32 bits; packed on x86-64 only. */
const EVENT_WORDS = Deno.build.arch === "x86_64" ? 3 : 4;
const DATA_WORD = EVENT_WORDS - 2;
const MAX_EVENTS = 1024;

function openLibrary() {
  return Deno.dlopen(
    "libc.so.6",
    {
      socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
      connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
      setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
      getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
      // Sizes are size_t, but fit into 32 bits here: a number is faster than a bigint.
      recv: { parameters: ["i32", "buffer", "u32", "i32"], result: "i32" },
      send: { parameters: ["i32", "buffer", "u32", "i32"], result: "i32" },
      close: { parameters: ["i32"], result: "i32" },
      epoll_create1: { parameters: ["i32"], result: "i32" },
      epoll_ctl: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
      epoll_wait: { parameters: ["i32", "buffer", "i32", "i32"], result: "i32" },
    } as const,
  );
}

/**
 * Sockets of the C library, polled by epoll; Linux only. A load generator that took as much time per message as the hub
 * would measure itself.
 */
export class EpollSockets implements Sockets {
  readonly #library = openLibrary();
  readonly #c = this.#library.symbols;
  readonly #epoll: number;
  readonly #events = new Uint32Array(MAX_EVENTS * EVENT_WORDS);
  readonly #event = new Uint32Array(EVENT_WORDS);

  /** @throws {Error} if the system has no epoll. */
  constructor() {
    this.#epoll = this.#c.epoll_create1(EPOLL_CLOEXEC);
    if (this.#epoll < 0) throw new Error("Cannot poll sockets: epoll_create1 failed");
  }

  /** @throws {Error} if no descriptor is left. */
  connect(port: number): number {
    const socket = this.#c.socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket < 0) throw new Error("Cannot open a socket: too many are open (see ulimit -n)");
    this.#c.setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, new Int32Array([1]), 4);
    const address = new Uint8Array(16);
    new DataView(address.buffer).setUint16(0, AF_INET, true);
    address.set([port >> 8, port & 0xff, 127, 0, 0, 1], 2);
    this.#c.connect(socket, address, address.length);
    this.#control(EPOLL_CTL_ADD, socket, EPOLLOUT);
    return socket;
  }

  isConnected(socket: number): boolean {
    const error = new Int32Array(1);
    this.#c.getsockopt(socket, SOL_SOCKET, SO_ERROR, error, new Uint32Array([4]));
    this.#control(EPOLL_CTL_MOD, socket, EPOLLIN);
    return error[0] === 0;
  }

  wait(milliseconds: number): number {
    return Math.max(0, this.#c.epoll_wait(this.#epoll, this.#events, MAX_EVENTS, milliseconds));
  }

  eventAt(index: number): number {
    return this.#events[index * EVENT_WORDS + DATA_WORD]!;
  }

  read(socket: number, buffer: Uint8Array): number {
    return this.#c.recv(socket, buffer, buffer.length, 0);
  }

  write(socket: number, bytes: Uint8Array): number {
    return this.#c.send(socket, bytes, bytes.length, MSG_NOSIGNAL);
  }

  close(socket: number): void {
    this.#control(EPOLL_CTL_DEL, socket, 0);
    this.#c.close(socket);
  }

  #control(operation: number, socket: number, events: number): void {
    this.#event[0] = events;
    this.#event[DATA_WORD] = socket;
    this.#c.epoll_ctl(this.#epoll, operation, socket, this.#event);
  }

  [Symbol.dispose](): void {
    this.#c.close(this.#epoll);
    this.#library.close();
  }
}
