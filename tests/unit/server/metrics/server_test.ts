/** The metrics port at its limits, with a clock, sockets and a listener that the test plays. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { LogFields } from "../../../../server/log.ts";
import { MAX_HEAD } from "../../../../common/protocol/foreign.ts";
import {
  MAX_SCRAPERS,
  MetricsServer,
  type MetricsServerOptions,
  respond,
  SCRAPE_TIME,
} from "../../../../server/metrics/server.ts";
import {
  acceptError,
  FakeClock,
  FakeListener,
  FakeSocket,
  settle,
} from "../../../support/simulation.ts";

const REQUEST = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";

const PAGES = {
  metrics: () => Promise.resolve({ text: "chat_members 1\n", type: "text/x" }),
  unready: () => undefined,
};

class PlayedPort {
  readonly clock = new FakeClock();
  readonly system = new FakeListener();
  readonly log: string[] = [];
  readonly #server: MetricsServer;

  constructor(given: Partial<MetricsServerOptions> = {}) {
    const note = (message: string, fields: LogFields = {}) =>
      void this.log.push(`${message} ${JSON.stringify(fields)}`);
    this.#server = new MetricsServer(this.system, {
      ...PAGES,
      log: { debug: note, info: note, warning: note, error: note },
      clock: this.clock,
      acceptPause: 1000,
      ...given,
    });
  }

  async connect(): Promise<FakeSocket> {
    const socket = new FakeSocket("192.0.2.1");
    this.system.connect(socket);
    await settle();
    return socket;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.close();
  }
}

Deno.test("a request is answered however it is split, and the connection ends when the client has read", async () => {
  await using port = new PlayedPort();
  const socket = await port.connect();
  for (const letter of REQUEST) {
    assertEquals(socket.lines, []);
    socket.send(letter);
    await settle();
  }
  assertEquals(socket.lines[0], "HTTP/1.1 200 OK\r");
  assertEquals(socket.lines.at(-1), "chat_members 1");
  assertEquals(socket.isClosed, false);
  socket.end();
  await settle();
  assertEquals(socket.isClosed, true);
});

Deno.test("a client that is silent, stops half-way or does not read is closed after the time limit", async () => {
  await using port = new PlayedPort();
  const silent = await port.connect();
  const half = await port.connect();
  half.send("GET /metrics HT");
  const unread = await port.connect();
  unread.setCapacity(10);
  unread.send(REQUEST);
  const staying = await port.connect();
  staying.send(REQUEST);
  const all = [silent, half, unread, staying];
  await port.clock.advance(SCRAPE_TIME - 1);
  half.send("TP"); // gives it no more time
  assertEquals(all.map(({ isClosed }) => isClosed), [false, false, false, false]);
  await port.clock.advance(1);
  assertEquals(all.map(({ isClosed }) => isClosed), [true, true, true, true]);
  assertEquals(staying.lines.at(-1), "chat_members 1");
});

Deno.test("a client that reads a few bytes at a time gets the whole response", async () => {
  await using port = new PlayedPort();
  const socket = await port.connect();
  socket.setCapacity(0);
  socket.send(REQUEST);
  for (let turn = 0; turn < 40; turn++) {
    socket.setCapacity(5);
    await settle();
  }
  assertEquals(socket.lines.at(-1), "chat_members 1");
});

Deno.test("the number of connections is limited, and one more closes the oldest", async () => {
  await using port = new PlayedPort();
  const sockets: FakeSocket[] = [];
  for (let i = 0; i < MAX_SCRAPERS; i++) sockets.push(await port.connect());
  assertEquals(sockets.filter(({ isClosed }) => isClosed).length, 0);
  const newest = await port.connect();
  newest.send(REQUEST);
  await settle();
  assertEquals(newest.lines[0], "HTTP/1.1 200 OK\r");
  assertEquals(sockets.map(({ isClosed }) => isClosed).indexOf(false), 1);
});

Deno.test("a request without an end gets 431 at the limit", async () => {
  await using port = new PlayedPort();
  const socket = await port.connect();
  socket.send("GET /metrics HTTP/1.1\r\n" + "x".repeat(MAX_HEAD));
  await settle();
  assertEquals(socket.lines[0], "HTTP/1.1 431 Request Header Fields Too Large\r");
});

Deno.test("anything that is not a request gets 400, and so does an end without one", async () => {
  await using port = new PlayedPort();
  const stranger = await port.connect();
  stranger.send("/name ana\r\n\r\n");
  const ended = await port.connect();
  ended.end();
  await settle();
  for (const { lines } of [stranger, ended]) assertEquals(lines[0], "HTTP/1.1 400 Bad Request\r");
});

Deno.test("a page that fails gets 500 without the reason, which is logged", async () => {
  await using port = new PlayedPort({ metrics: () => Promise.reject(new Error("secret")) });
  const socket = await port.connect();
  socket.send(REQUEST);
  await settle();
  assertEquals(socket.lines[0], "HTTP/1.1 500 Internal Server Error\r");
  assertEquals(socket.lines.join("").includes("secret"), false);
  assertMatch(port.log.join(), /^fault .*secret/);
});

Deno.test("connections that were reset before do not delay the next one", async () => {
  await using port = new PlayedPort();
  port.system.fail(3000, acceptError("ENOTCONN"));
  const socket = new FakeSocket("192.0.2.1");
  socket.send(REQUEST);
  port.system.connect(socket);
  await port.clock.advance(0);
  await settle();
  assertEquals([port.system.failures, port.clock.now()], [3000, 0]);
  assertEquals(socket.lines[0], "HTTP/1.1 200 OK\r");
});

Deno.test("for want of descriptors accepts pause, with a log line a second, until a connection ends", async () => {
  await using port = new PlayedPort();
  const open = await port.connect();
  port.system.acceptError = new Error("Too many open files (os error 24)");
  const socket = new FakeSocket("192.0.2.1");
  socket.send(REQUEST);
  port.system.connect(socket);
  await port.clock.advance(3500);
  assertEquals(port.system.failures, 10); // 10, 20, 40 ... 1000 ms after each other
  assert(port.log.length <= 4, port.log.join("\n"));
  assertMatch(port.log[0]!, /^metrics: accept failed .*Too many open files/);
  port.system.acceptError = undefined;
  open.end();
  await settle();
  assertEquals(socket.lines[0], "HTTP/1.1 200 OK\r");
});

Deno.test("closing the port ends a pause after a failed accept at once", async () => {
  const port = new PlayedPort();
  const socket = await port.connect();
  port.system.acceptError = new Error("Too many open files (os error 24)");
  port.system.connect(new FakeSocket("192.0.2.2"));
  await settle();
  await port[Symbol.asyncDispose]();
  assertEquals(socket.isClosed, true);
});

const get = (path: string, unready?: string) =>
  respond({ method: "GET", path }, { ...PAGES, unready: () => unready });

Deno.test("there are pages for the metrics, for liveness and for readiness", async () => {
  assertEquals(await get("/metrics"), { status: 200, body: "chat_members 1\n", type: "text/x" });
  assertEquals(await get("/health"), { status: 200, body: "ok\n" });
  assertEquals(await get("/ready"), { status: 200, body: "ok\n" });
});

Deno.test("a hub that cannot be joined is not ready, says why, and is still healthy", async () => {
  const reason = "the hub is stopping";
  assertEquals(await get("/ready", reason), { status: 503, body: "the hub is stopping\n" });
  assertEquals((await get("/health", reason)).status, 200);
  assertEquals((await get("/metrics", reason)).status, 200);
});

Deno.test("any other path is not found", async () => {
  for (const path of ["/", "/metrics/", "/Metrics", "//metrics", "/ready/../metrics"]) {
    assertEquals((await get(path)).status, 404, path);
  }
  assertEquals((await respond({ method: "DELETE", path: "/x" }, PAGES)).status, 404);
});

Deno.test("the pages can only be read", async () => {
  for (const path of ["/metrics", "/health", "/ready"]) {
    assertEquals((await respond({ method: "HEAD", path }, PAGES)).status, 200);
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "get"]) {
      assertEquals((await respond({ method, path }, PAGES)).status, 405, `${method} ${path}`);
    }
  }
});
