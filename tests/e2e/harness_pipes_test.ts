/** Proves that programs in pipes, bare peers and the waiting of the tests can be believed. */

import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { assertCleanLog } from "../support/besieged.ts";
import { Peer, type PeerOptions } from "../support/peer.ts";
import { Program } from "../support/program.ts";
import { search, Watch } from "../support/watch.ts";

Deno.test("watch: a waiter looks again after each change and stops when nothing more can come", async () => {
  const watch = new Watch();
  let count = 0;
  const three = watch.until(() => count === 3 && "three", (reason) => reason);
  for (count = 1; count < 5; count++) watch.changed();
  assertEquals(await three, "three");
  watch.end("over");
  await assertRejects(() => watch.until(() => false, (reason) => `x: ${reason}`), Error, "x: over");
});

Deno.test("watch: a match does not depend on where the last one ended", () => {
  const wanted = /l(.)n/gy;
  for (let i = 0; i < 2; i++) assertEquals(String(search("a line", wanted)), "lin,i");
  assertEquals(search("a line", "l.n"), false);
});

function testPrograms(name: string, fn: () => Promise<void>): void {
  // Only for want of a shell there.
  Deno.test({ name: `program: ${name}`, ignore: Deno.build.os === "windows", fn });
}

testPrograms("its input reaches it, and its output, its code and its end come back", async () => {
  await using program = new Program(["sh", "-c", "echo log >&2; cat; exit 3"]);
  await program.untilStderr("log");
  program.write("hola, ");
  await program.untilStdout("hola");
  program.write("José\n");
  assertEquals((await program.untilStdout(/, (.+)\n/))[1], "José");
  program.endInput();
  assertEquals(await program.exit(), { code: 3, signal: null });
  assertEquals(program.stdout(), "hola, José\n");
});

testPrograms("a signal ends it, and nothing said to it later is a fault", async () => {
  await using program = new Program(["cat"]);
  program.kill("SIGINT");
  assertEquals(await program.exit(), { code: 130, signal: "SIGINT" });
  program.kill();
  program.write("too late");
  program.endInput();
});

testPrograms("a wait fails with all it said when it ends first", async () => {
  await using program = new Program(["sh", "-c", "echo out; echo err >&2; exit 1"]);
  const error = await assertRejects(() => program.untilStdout("never"), Error);
  assertMatch(
    error.message,
    /the program ended with code 1\n(.*\n)*stdout: out\n(.*\n)*stderr: err\n/,
  );
});

testPrograms("one that is left running is ended", async () => {
  await using program = new Program(["cat"]);
  program.write("x".repeat(1_000_000));
});

Deno.test("peer: lines come whole, in order, and as frames", async () => {
  await using pair = await connected();
  const { peer, hub } = pair;
  await hub.write(new TextEncoder().encode('uno\ndos\n* tres\n{"type":"pong"}\n{"ty'));
  assertEquals(await peer.line(), "uno");
  assertEquals(await peer.until(/^\* /), "* tres");
  const pong = peer.untilFrame("ack");
  await hub.write(new TextEncoder().encode('pe":"ack","ref":"ñ","id":1,"ts":2}\n'));
  assertEquals(await pong, { type: "ack", ref: "ñ", id: 1, ts: 2 });
  assertEquals(peer.pending(), []);
});

Deno.test("peer: the end of its writing leaves its reading open", async () => {
  await using pair = await connected();
  const { peer, hub } = pair;
  peer.send("bye\n");
  peer.end();
  assertEquals(await readAll(hub), "bye\n");
  await hub.write(new TextEncoder().encode("still here\n"));
  assertEquals(await peer.line(), "still here");
  hub.closeWrite();
  assertEquals(await peer.closed(), "end");
  await assertRejects(() => peer.line(), Error, "the connection was closed");
});

Deno.test("peer: a reset is a reset", async () => {
  await using pair = await connected();
  pair.peer.reset();
  await assertRejects(() => readAll(pair.hub), Deno.errors.ConnectionReset);
});

Deno.test("peer: a large text arrives whole, both ways, however late it is read", async () => {
  await using pair = await connected({ reading: false });
  const { peer, hub } = pair;
  const text = "0123456789abcde\n".repeat(500_000);
  peer.send(text);
  peer.end();
  assertEquals((await readAll(hub)).length, text.length);

  let written = 0;
  const bytes = new TextEncoder().encode(text);
  const writing = (async () => {
    while (written < bytes.length) written += await hub.write(bytes.subarray(written));
    hub.closeWrite();
  })();
  peer.resume();
  await peer.closed();
  await writing;
  assertEquals(peer.received().length, bytes.length);
});

async function connected(options: PeerOptions = {}) {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept();
  const peer = await Peer.connect(listener.addr.port, options);
  const hub = await accepted;
  return {
    peer,
    hub,
    async [Symbol.asyncDispose]() {
      hub.close();
      await peer[Symbol.asyncDispose]();
    },
  };
}

async function readAll(connection: Deno.Conn): Promise<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(65536);
  let text = "";
  for (let n; (n = await connection.read(buffer)) !== null;) {
    text += decoder.decode(buffer.subarray(0, n), { stream: true });
  }
  return text;
}

Deno.test("what beats a hub tells a log that is clean from one that is not", () => {
  const line = 'time=2026-11-22T19:45:19Z level=info logger=chat msg="a b" nick=ana peer=""\n';
  assertCleanLog(line + line.replace("ana", '"a=\\"b\\""'));
  for (
    const wrong of [
      "    at run (file:///chat/main.ts:1:2)\n",
      "chat: unexpected error: a fault\n",
      line.replace("ana", '"a\x1b[2Jb"'),
      line.replace("ana", '"a\u202eb"'),
      line.replace("ana", "a b"),
      line.replace("ana", '"Error: x at file:///chat/main.ts:1:2"'),
    ]
  ) assertThrows(() => assertCleanLog(line + wrong), Error, undefined, wrong);
});
