/** The accept loop, with a listener that fails when the test says so. */

import { assert, assertEquals } from "@std/assert";
import { systemClock } from "../../server/clock.ts";
import { CONNECTION_TIMEOUTS } from "../../server/net/connection.ts";
import { Hub } from "../../server/hub/hub.ts";
import { DEFAULT_LIMITS } from "../../server/limits.ts";
import { Listener } from "../../server/net/listener.ts";
import type { Log } from "../../server/log.ts";
import { OutboxBudget } from "../../server/net/outbox.ts";
import { hubOptions } from "../support/hub.ts";

/** Runs one function for each accept, then waits until it is closed. */
class PlayedListener {
  readonly #accepts: (() => Deno.TcpConn)[];
  readonly #closed = Promise.withResolvers<never>();
  readonly exhausted = Promise.withResolvers<void>();

  constructor(accepts: (() => Deno.TcpConn)[]) {
    this.#accepts = accepts;
    this.#closed.promise.catch(() => {});
  }

  // deno-lint-ignore require-await -- it throws as the real one rejects
  async accept(): Promise<Deno.TcpConn> {
    const next = this.#accepts.shift();
    if (next) return next();
    this.exhausted.resolve();
    return this.#closed.promise;
  }

  close(): void {
    this.#closed.reject(new Deno.errors.BadResource("closed"));
  }
}

/** A connection that its peer has closed. */
function closedSocket(): Deno.TcpConn {
  return {
    remoteAddr: { transport: "tcp", hostname: "192.0.2.1", port: 1 },
    read: () => Promise.resolve(null),
    write: (bytes: Uint8Array) => Promise.resolve(bytes.length),
    closeWrite: () => Promise.resolve(),
    close: () => {},
    setNoDelay: () => {},
    setKeepAlive: () => {},
  } as unknown as Deno.TcpConn;
}

function setUp(accepts: (() => Deno.TcpConn)[]) {
  const played = new PlayedListener(accepts);
  const warnings: string[] = [];
  const log: Log = {
    debug: () => {},
    info: () => {},
    warning: (message, fields) =>
      warnings.push(`${message} ${fields?.["error"]} ${fields?.["retry_ms"]}`),
    error: () => {},
  };
  const hub = new Hub(hubOptions());
  const listener = new Listener(played as unknown as Deno.TcpListener, {
    hub,
    log,
    outboxBudget: new OutboxBudget(DEFAULT_LIMITS.pendingTotal),
    rateLimit: { rate: 0, burst: 0 },
    timeouts: CONNECTION_TIMEOUTS,
    limits: DEFAULT_LIMITS,
    clock: { ...systemClock, now: () => 0 }, // everything happens within the same second
  });
  return { played, listener, hub, warnings };
}

Deno.test("the accept loop goes on after errors, and logs one a second", async () => {
  let accepted = 0;
  const fail = () => {
    throw new Deno.errors.ConnectionReset("reset before it was accepted");
  };
  const accept = () => {
    accepted++;
    return closedSocket();
  };
  const { played, listener, hub, warnings } = setUp([fail, fail, fail, accept, fail, accept]);
  const running = listener.run();
  await played.exhausted.promise;
  listener.stop();
  await running;
  await listener.drained();
  assertEquals([accepted, hub.size], [2, 0]);
  assertEquals(warnings, ["accept failed ConnectionReset: reset before it was accepted 10"]);
});

Deno.test("the accept loop stops at once, also in the pause after an error", async () => {
  const failed = Promise.withResolvers<void>();
  const { listener } = setUp(
    Array(100).fill(() => {
      failed.resolve();
      throw new Error("Too many open files (os error 24)");
    }),
  );
  const running = listener.run();
  await failed.promise;
  listener.stop();
  await running;
});

Deno.test("in a storm of connects the accepted connections get their turn", async () => {
  const storm = 1000;
  let accepted = 0;
  let turns = 0;
  const { played, listener } = setUp(
    Array(storm).fill(() => {
      accepted++;
      return closedSocket();
    }),
  );
  const running = listener.run();
  // Timers run only in a new turn of the event loop, which accepts alone never give.
  while (accepted < storm) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    turns++;
  }
  await played.exhausted.promise;
  listener.stop();
  await running;
  await listener.drained();
  assert(turns >= storm / 100, `${turns} turns for ${storm} accepts`);
});
