import { assert, assertEquals, assertMatch } from "@std/assert";
import { AcceptLoop } from "../../../server/accept_loop.ts";
import type { LogFields } from "../../../server/log.ts";
import {
  acceptError,
  type AcceptErrorCode,
  FakeClock,
  FakeListener,
  FakeSocket,
  settle,
} from "../../support/simulation.ts";

const MAX_PAUSE = 1000;

class PlayedLoop {
  readonly clock = new FakeClock();
  readonly listener = new FakeListener();
  readonly accepted: unknown[] = [];
  /** Each line as `level message fields`. */
  readonly log: string[] = [];
  readonly loop: AcceptLoop<unknown>;
  readonly #running: Promise<void>;

  constructor() {
    const note = (level: string) => (message: string, fields: LogFields = {}) =>
      void this.log.push(`${level} ${message} ${JSON.stringify(fields)}`);
    this.loop = new AcceptLoop<unknown>(this.listener, {
      serve: (socket) => void this.accepted.push(socket),
      log: {
        debug: note("debug"),
        info: note("info"),
        warning: note("warning"),
        error: note("error"),
      },
      failed: "accept failed",
      clock: this.clock,
      maxPause: MAX_PAUSE,
    });
    this.#running = this.loop.run();
  }

  connect(): void {
    this.listener.connect(new FakeSocket("192.0.2.1"));
  }

  warnings(): string[] {
    return this.log.filter((line) => !line.startsWith("debug "));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.loop.stop();
    await this.#running;
  }
}

const PEERS: AcceptErrorCode[] = [
  "ENOTCONN",
  "ECONNABORTED",
  "ECONNRESET",
  "EPERM",
  "EPROTO",
  "EHOSTUNREACH",
  "ENETDOWN",
];

for (const code of PEERS) {
  Deno.test(`${code} belongs to one connection: the next is accepted at once, and the log has no warning`, async () => {
    await using played = new PlayedLoop();
    played.listener.fail(3000, acceptError(code));
    played.connect();
    await played.clock.advance(0);
    assertEquals([played.listener.failures, played.accepted.length], [3000, 1]);
    assertEquals([played.clock.now(), played.warnings()], [0, []]);
    assertMatch(played.log[0]!, /^debug accept failed \{"error":/);
  });
}

Deno.test("a listener is replaced when those that wait are accepted, as soon as its address is free", async () => {
  await using played = new PlayedLoop();
  const next = new FakeListener();
  let tries = 0;
  const replacing = played.loop.replace(() => {
    if (++tries < 14) throw new Error("address in use"); // 1, 2, 4, ... 512 ms, then each second
    return next;
  });
  for (let peer = 0; peer < 1000; peer++) played.connect();
  await played.clock.advance(1);
  assertEquals(played.accepted.length, 1000);
  next.connect(new FakeSocket("192.0.2.2"));
  await played.clock.advance(10_000);
  await replacing;
  await settle();
  assertEquals([tries, played.accepted.length], [14, 1001]);
  assertEquals(played.log.length, 3, played.log.join("\n"));
  assertMatch(played.log[0]!, /^warning accept failed .*address in use.*"retry_ms":1000\}$/);
});

Deno.test("a loop that is stopped while it waits for the address opens no listener", async () => {
  const played = new PlayedLoop();
  let tries = 0;
  const replacing = played.loop.replace(() => {
    tries++;
    throw new Error("address in use");
  });
  await played.clock.advance(5);
  const before = tries;
  assert(before > 0);
  await played[Symbol.asyncDispose]();
  await replacing;
  await played.clock.advance(5000);
  assertEquals(tries, before);
});

for (const code of ["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"] as const) {
  Deno.test(`${code} pauses, longer each time, until a descriptor is free; the log has a line a second`, async () => {
    await using played = new PlayedLoop();
    played.listener.acceptError = acceptError(code);
    played.connect();
    await played.clock.advance(10_000);
    assertEquals(played.listener.failures, 16); // 10, 20, ... 640 ms, then each second
    assert(played.log.length <= 11, played.log.join("\n"));
    assertMatch(played.log[0]!, /^warning accept failed .*"failures":1,"retry_ms":10\}$/);
    played.listener.acceptError = undefined;
    played.loop.retry();
    await settle();
    assertEquals(played.accepted.length, 1);
  });
}

Deno.test("resets between accepts that lack descriptors do not shorten the pauses", async () => {
  await using played = new PlayedLoop();
  for (let turn = 0; turn < 20; turn++) {
    played.listener.fail(1, acceptError("EMFILE"));
    played.listener.fail(1, acceptError("ENOTCONN"));
  }
  await played.clock.advance(10_000);
  assert(played.listener.failures < 40, `${played.listener.failures} failures`);
});

for (const code of ["EINVAL", "ENOSR"] as const) {
  Deno.test(`${code}, which is not known, delays the next connection hardly, and is a warning a second`, async () => {
    await using played = new PlayedLoop();
    played.listener.fail(3000, acceptError(code));
    played.connect();
    await played.clock.advance(999);
    assertEquals(played.accepted.length, 1);
    assertEquals(played.warnings().length, 1);
  });

  Deno.test(`${code} without end does not occupy the hub`, async () => {
    await using played = new PlayedLoop();
    played.listener.acceptError = acceptError(code);
    played.connect();
    await played.clock.advance(1000);
    assert(played.listener.failures <= 65 * 101, `${played.listener.failures} tries in a second`);
    assert(played.warnings().length <= 2, played.log.join("\n"));
    played.listener.acceptError = undefined;
    await played.clock.advance(10);
    assertEquals(played.accepted.length, 1);
  });
}

for (const fails of [true, false]) {
  Deno.test(`the event loop gets a turn every 64 accepts that ${fails ? "fail" : "succeed"}`, async () => {
    await using played = new PlayedLoop();
    if (fails) played.listener.fail(1000, acceptError("ENOTCONN"));
    for (let number = 0; number < 1000; number++) played.connect();
    await settle();
    const { failures } = played.listener;
    assertEquals(fails ? failures : played.accepted.length, 64);
    await played.clock.advance(0);
    assertEquals(played.accepted.length, 1000);
  });
}

Deno.test("stopping ends every pause at once, and accepts nothing more", async () => {
  for (const code of ["EMFILE", "EINVAL"] as const) {
    const played = new PlayedLoop();
    played.listener.acceptError = acceptError(code);
    played.connect();
    await settle();
    await played[Symbol.asyncDispose]();
    assertEquals(played.accepted, []);
  }
});
