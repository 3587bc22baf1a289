/** Pages as connections: spare ones of a browser, slow heads, the end. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { DEFAULT_LIMITS } from "../../server/limits.ts";
import { CONNECTION_TIMEOUTS } from "../../server/net/connection.ts";
import { maskedFrame, SOCKET_REQUEST, unframe } from "../support/page.ts";
import { type FakeSocket, settle, SimulatedHub } from "../support/simulation.ts";

const REQUEST = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
const GREETED = /^\* welcome, guest/;
const BROWSER = "192.0.2.1";
const { greetAfter, linger } = CONNECTION_TIMEOUTS;

async function request(hub: SimulatedHub, host = BROWSER): Promise<FakeSocket> {
  const socket = await hub.connect(host);
  socket.send(REQUEST);
  await settle();
  assertEquals(socket.lines[0], "HTTP/1.1 200 OK\r");
  return socket;
}

/** A page that has joined. */
async function page(hub: SimulatedHub, nick: string): Promise<FakeSocket> {
  const socket = await hub.connect();
  socket.send(SOCKET_REQUEST);
  socket.send(maskedFrame(`{"type":"hello","protocol":1,"nick":"${nick}"}\n`));
  await settle();
  return socket;
}

/** The types of the frames of the messages that a page received, a list for each message. */
const typesOf = (socket: FakeSocket) =>
  unframe(socket.bytes).messages.map((message) =>
    message.split("\n").slice(0, -1).map((line) => JSON.parse(line).type)
  );

Deno.test("a spare connection makes no guest, whether it comes before, with or after the request", async () => {
  await using hub = new SimulatedHub();
  const ana = await hub.textMember("ana");
  const seen = ana.lines.length;
  const before = await hub.connect(BROWSER);
  await request(hub);
  const during = await hub.connect(BROWSER);
  await hub.clock.advance(3_000);
  const after = await hub.connect(BROWSER);
  await hub.clock.advance(1_000);
  const spares = [before, during, after];
  for (const { lines } of spares) assertEquals(lines, []);
  assertEquals(ana.lines.slice(seen), []);
  // They may still speak.
  after.send(REQUEST);
  during.send("hola\n");
  await settle();
  assertEquals(after.lines[0], "HTTP/1.1 200 OK\r");
  assertMatch(during.lines[0]!, GREETED);
  // The silent one ends without having been seen.
  await hub.clock.advance(DEFAULT_LIMITS.handshake + 2_000);
  assert(before.isClosed);
  assertEquals(ana.lines.slice(seen).filter((line) => !line.startsWith("guest")), [
    "* guest2 joined (2 here)",
  ]);
});

Deno.test("users of other addresses are greeted, and those of the same address a little later", async () => {
  await using hub = new SimulatedHub();
  await request(hub);
  const other = await hub.connect("192.0.2.2");
  await hub.clock.advance(greetAfter);
  assertMatch(other.lines[0]!, GREETED);
  await hub.clock.advance(5_000);
  const later = await hub.connect(BROWSER);
  await hub.clock.advance(greetAfter);
  assertMatch(later.lines[0]!, GREETED);
});

Deno.test("a head that comes byte by byte is answered, and is greeted by nothing", async () => {
  await using hub = new SimulatedHub();
  const socket = await hub.connect();
  for (const byte of REQUEST.slice(0, -1)) {
    socket.send(byte);
    await hub.clock.advance(50);
  }
  assertEquals(socket.lines, []);
  socket.send("\n");
  await settle();
  assertEquals(socket.lines[0], "HTTP/1.1 200 OK\r");
});

Deno.test("a head that never ends is dropped when the handshake time is over, and nobody sees it", async () => {
  await using hub = new SimulatedHub();
  const ana = await hub.textMember("ana");
  const seen = ana.lines.length;
  const [slow, ended] = [await hub.connect(), await hub.connect()];
  slow.send("GET / HTTP/1.1\r\nHost: local");
  ended.send("GET / HTTP/1.1\r\nX: y\r\n");
  ended.end();
  await hub.clock.advance(DEFAULT_LIMITS.handshake + 2_000 + linger);
  assert(slow.isClosed && ended.isClosed);
  assertEquals(hub.log, ["dropped peer=192.0.2.1:1 reason=handshake_timeout"]);
  assertEquals(ana.lines.slice(seen), []);
});

Deno.test("a head in thousands of pieces is read slowly, as the hub reads it again with each", async () => {
  await using hub = new SimulatedHub({ rateLimit: { rate: 5, burst: 10 } });
  const socket = await hub.connect();
  socket.send("GET / HTTP/1.1\r\n");
  for (let piece = 0; piece < 1000; piece++) socket.send("x");
  await settle();
  assert(socket.unread > 100, `${socket.unread} left`);
});

Deno.test("HTTP after a greeting ends the connection", async () => {
  await using hub = new SimulatedHub();
  const socket = await hub.connect();
  await hub.clock.advance(greetAfter);
  socket.send(SOCKET_REQUEST);
  await settle();
  assertEquals(
    socket.lines.at(-1),
    "* this is a chat hub, which does not speak HTTP: join it with chat client or nc",
  );
});

Deno.test("a page gets what others get, each batch as one message, and speaks before its hello in vain", async () => {
  await using hub = new SimulatedHub();
  const early = await hub.connect();
  early.send(SOCKET_REQUEST);
  early.send(maskedFrame("hola"));
  await hub.clock.advance(greetAfter);
  assertEquals(typesOf(early), [["error"]]);
  const [ana, bob] = [await page(hub, "ana"), await page(hub, "bob")];
  const eva = await hub.framesMember("eva");
  const before = typesOf(ana).length;
  bob.send(maskedFrame('{"type":"say","ref":"1","text":"a"}\n{"type":"say","ref":"2","text":"é"}'));
  await settle();
  assertEquals(typesOf(ana).slice(before), [["message", "message"]]);
  assertEquals(typesOf(bob).at(-1), ["ack", "ack"]);
  // Both pages got the same bytes as a client in frames.
  const [last = ""] = unframe(ana.bytes).messages.slice(-1);
  assertEquals(eva.lines.slice(-2).join("\n") + "\n", last);
});

Deno.test("a page is told why it is closed, and then its socket is", async () => {
  await using hub = new SimulatedHub();
  const [ana, bob, eva] = [await page(hub, "ana"), await page(hub, "bob"), await page(hub, "eva")];
  bob.send(maskedFrame(Uint8Array.of(3, 232), { opcode: 8 }));
  eva.send(maskedFrame("x".repeat(DEFAULT_LIMITS.frame + 2)));
  await settle();
  assertEquals(unframe(bob.bytes).close, 1000);
  assertEquals([typesOf(eva).at(-1), unframe(eva.bytes).close], [["bye"], 1009]);
  const stopped = hub.stop();
  await settle();
  assertEquals([typesOf(ana).at(-1), unframe(ana.bytes).close], [["bye"], 1001]);
  for (const socket of [ana, bob, eva]) socket.end();
  await stopped;
});

Deno.test("a full hub answers each peer in its own protocol, and the silent ones when they would be greeted", async () => {
  await using hub = new SimulatedHub({ limits: { connections: 1 } });
  await hub.textMember("ana");
  const [browser, socket, user, silent] = [
    await hub.connect(BROWSER),
    await hub.connect(BROWSER),
    await hub.connect(BROWSER),
    await hub.connect(BROWSER),
  ];
  for (const part of [REQUEST.slice(0, 20), REQUEST.slice(20)]) browser.send(part);
  socket.send(SOCKET_REQUEST);
  user.send("hola");
  await settle();
  assertEquals(browser.lines[0], "HTTP/1.1 503 Service Unavailable\r");
  assertEquals(browser.lines.at(-1), "server full: try again later");
  const { messages, close } = unframe(socket.bytes);
  assertEquals(messages.map((message) => JSON.parse(message).code), ["server_full"]);
  assertEquals(close, 1001);
  assertEquals([user.lines, silent.lines], [["* server full: try again later"], []]);
  await hub.clock.advance(greetAfter);
  assertEquals(silent.lines, ["* server full: try again later"]);
  await hub.clock.advance(linger);
  for (const { isClosed } of [browser, socket, user, silent]) assert(isClosed);
});

Deno.test("a rejected peer whose request does not end is told so in text, and does not join", async () => {
  await using hub = new SimulatedHub({ limits: { connections: 1 } });
  const ana = await hub.textMember("ana");
  const seen = ana.lines.length;
  const [slow, ended] = [await hub.connect(), await hub.connect()];
  slow.send(REQUEST.slice(0, -1));
  ended.send("GET");
  ended.end();
  await hub.clock.advance(greetAfter);
  for (const { lines } of [slow, ended]) assertEquals(lines, ["* server full: try again later"]);
  await hub.clock.advance(linger);
  assert(slow.isClosed && ended.isClosed);
  assertEquals(ana.lines.length, seen);
});
