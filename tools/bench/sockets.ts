/**
 * Sockets as bare as the system has them, by its C library: a load generator that took as much time for a message as the
 * hub under test would measure itself. Linux only. It knows nothing of what the bytes mean.
 */

// The numbers of Linux.
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

/** `struct epoll_event` in words of 32 bits: packed on x86-64 only. */
const EVENT_WORDS = Deno.build.arch === "x86_64" ? 3 : 4;
const DATA_WORD = EVENT_WORDS - 2;
/** Sockets that one wait tells of at the most. */
const MAX_EVENTS = 1024;

/** Why this machine cannot have such sockets, or undefined. */
export const UNSUPPORTED: string | undefined = Deno.build.os === "linux"
  ? undefined
  : `the bench runs on Linux only, and this is ${Deno.build.os}`;

function openLibrary() {
  return Deno.dlopen(
    "libc.so.6",
    {
      socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
      connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
      setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
      getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
      // Sizes are size_t, but fit into 32 bits here: a number is quicker than a bigint.
      recv: { parameters: ["i32", "buffer", "u32", "i32"], result: "i32" },
      send: { parameters: ["i32", "buffer", "u32", "i32"], result: "i32" },
      close: { parameters: ["i32"], result: "i32" },
      epoll_create1: { parameters: ["i32"], result: "i32" },
      epoll_ctl: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
      epoll_wait: { parameters: ["i32", "buffer", "i32", "i32"], result: "i32" },
    } as const,
  );
}

/** Many TCP connections to this machine and one wait for all of them. `using` frees what it has. */
export class Sockets {
  readonly #library = openLibrary();
  readonly #c = this.#library.symbols;
  readonly #epoll: number;
  readonly #events = new Uint32Array(MAX_EVENTS * EVENT_WORDS);
  readonly #event = new Uint32Array(EVENT_WORDS);

  /** @throws {Error} where the system gives no epoll. */
  constructor() {
    this.#epoll = this.#c.epoll_create1(EPOLL_CLOEXEC);
    if (this.#epoll < 0) throw new Error("Cannot wait for sockets: epoll_create1 failed");
  }

  /**
   * Begins to connect to a port of 127.0.0.1; {@linkcode wait} tells of `key` when that is done, and {@linkcode connected}
   * whether it was.
   *
   * @throws {Error} where there is no descriptor left.
   */
  connect(port: number, key: number): number {
    const fd = this.#c.socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) throw new Error("Cannot open a socket: too many are open (see ulimit -n)");
    this.#c.setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, new Int32Array([1]), 4);
    const address = new Uint8Array(16);
    new DataView(address.buffer).setUint16(0, AF_INET, true);
    address.set([port >> 8, port & 0xff, 127, 0, 0, 1], 2);
    this.#c.connect(fd, address, address.length); // it is under way; the wait tells how it ended
    this.#control(EPOLL_CTL_ADD, fd, key, EPOLLOUT);
    return fd;
  }

  /** Whether a socket that was told of is connected. From now on it is told of when it has something to read. */
  connected(fd: number, key: number): boolean {
    const error = new Int32Array(1);
    this.#c.getsockopt(fd, SOL_SOCKET, SO_ERROR, error, new Uint32Array([4]));
    this.#control(EPOLL_CTL_MOD, fd, key, EPOLLIN);
    return error[0] === 0;
  }

  /** Waits at most so many milliseconds; gives how many sockets there are news of, and {@linkcode key} which. */
  wait(milliseconds: number): number {
    return Math.max(0, this.#c.epoll_wait(this.#epoll, this.#events, MAX_EVENTS, milliseconds));
  }

  key(index: number): number {
    return this.#events[index * EVENT_WORDS + DATA_WORD]!;
  }

  /** How many bytes were read: 0 at the end of the connection, negative where it is broken. */
  read(fd: number, buffer: Uint8Array): number {
    return this.#c.recv(fd, buffer, buffer.length, 0);
  }

  /** How many bytes the system has taken; negative where it takes none now. */
  write(fd: number, bytes: Uint8Array): number {
    return this.#c.send(fd, bytes, bytes.length, MSG_NOSIGNAL);
  }

  close(fd: number): void {
    this.#control(EPOLL_CTL_DEL, fd, 0, 0);
    this.#c.close(fd);
  }

  #control(operation: number, fd: number, key: number, events: number): void {
    this.#event[0] = events;
    this.#event[DATA_WORD] = key;
    this.#c.epoll_ctl(this.#epoll, operation, fd, this.#event);
  }

  [Symbol.dispose](): void {
    this.#c.close(this.#epoll);
    this.#library.close();
  }
}
