import { assertEquals } from "@std/assert";
import { formatAddress } from "../../../../common/cli/address.ts";
import { exitCode } from "../../../../client/session/bye.ts";
import { Failure } from "../../../../common/cli/failure.ts";
import { Hubs } from "../../../../client/session/hub_list.ts";
import { bye, error, Talk, welcome } from "./test_conversation.ts";

const ADDRESSES = ["a", "b", "c"].map((hostname) => ({ hostname, port: 1 }));

/** A conversation with several hubs, the first of which has welcomed it. */
async function join(options: Parameters<typeof Talk.start>[0] = {}): Promise<Talk> {
  const talk = await Talk.start({ addresses: ADDRESSES, ...options });
  await talk.hear(welcome());
  return talk;
}

const types = (talk: Talk) => talk.told.map(({ type }) => type);
const moves = (talk: Talk) =>
  talk.told.flatMap((each) => each.type === "moved" ? [formatAddress(each.address)] : []);

Deno.test("the first hub that can be connected to is joined", async () => {
  const tried: string[] = [];
  const hubs = new Hubs(ADDRESSES);
  const open = (address: typeof ADDRESSES[number]) => {
    tried.push(formatAddress(address));
    return address.hostname === "c"
      ? Promise.resolve("connected")
      : Promise.reject(new Failure("failure.refused", { address: formatAddress(address) }));
  };
  assertEquals(await hubs.connect(open), "connected");
  assertEquals([tried, formatAddress(hubs.current)], [["a:1", "b:1", "c:1"], "c:1"]);
  // Where one is goes before the others.
  await hubs.connect(open);
  assertEquals(tried.slice(3), ["c:1"]);
});

Deno.test("where no hub can be connected to, it is told of each", async () => {
  const connect = async (...keys: ("failure.refused" | "failure.tls_changed")[]) => {
    try {
      await new Hubs(ADDRESSES.slice(0, keys.length)).connect((address) =>
        Promise.reject(new Failure(keys.shift()!, { address: formatAddress(address), shown: "x" }))
      );
    } catch (failure) {
      if (failure instanceof Failure) return failure;
    }
    throw new Error("it was connected");
  };
  const both = await connect("failure.refused", "failure.refused");
  for (
    const [lang, words] of [["en", "a:1"], ["es", "a:1"], ["en", "; "], ["es", "b:1"]] as const
  ) {
    assertEquals(both.in(lang).includes(words), true, both.in(lang));
  }
  assertEquals(both.exitCode, 1);
  assertEquals((await connect("failure.refused")).key, "failure.refused");
  assertEquals((await connect("failure.tls_changed", "failure.refused")).exitCode, 1);
  assertEquals((await connect("failure.tls_changed", "failure.tls_changed")).exitCode, 3);
});

Deno.test("a hub that is back is gone back to, and nobody is told of a move", async () => {
  const talk = await join();
  await talk.break();
  await talk.pass(1000);
  await talk.hear(welcome());
  assertEquals([talk.hubs, moves(talk)], [["a:1", "a:1"], []]);
});

Deno.test("when a hub is gone the session goes on at the next one", async () => {
  const talk = await join();
  talk.conversation.submit("hola");
  talk.attempts.push("fail");
  await talk.break();
  await talk.pass(1000);
  await talk.hear(welcome());
  assertEquals(talk.hubs, ["a:1", "b:1"]);
  assertEquals(talk.line.hello.resume, { token: "t1", after: 0 });
  assertEquals(talk.line.sent.map((frame) => "text" in frame && frame.text), ["hola"]);
  assertEquals(types(talk), ["frame", "lost", "moved"]);
  assertEquals(moves(talk), ["b:1"]);
});

Deno.test("a hub that says it ends, or is full, is not tried before the others", async () => {
  for (const code of ["shutdown", "server_full", "address_full", "cut_off"]) {
    const talk = await join();
    await talk.hear(bye(code));
    await talk.break();
    await talk.pass(1000);
    await talk.hear(welcome({ token: "t2" }));
    assertEquals(talk.hubs, ["a:1", "b:1"], code);
    assertEquals(types(talk).slice(2), ["lost", "moved", "restarted", "frame"], code);
    talk.conversation.close();
  }
  const talk = await join();
  await talk.hear(bye("slow_consumer"));
  await talk.break();
  await talk.pass(1000);
  assertEquals(talk.hubs, ["a:1", "a:1"]);
});

Deno.test("with all hubs gone they are tried in turn, after each wait from the start", async () => {
  const talk = await join({ retryFor: 4000 });
  talk.attempts.push(...Array(30).fill("fail"));
  await talk.break();
  await talk.pass(4000);
  assertEquals((await talk.ended)?.message, "the connection to a:1 was lost");
  assertEquals((30 - talk.attempts.length) % 3, 0);
});

Deno.test("a first hub that is full is passed over at once, and said to be where all are", async () => {
  const talk = await Talk.start({ addresses: ADDRESSES, retryFor: 0 });
  await talk.hear(bye("server_full"));
  await talk.break();
  await talk.pass(0);
  await talk.hear(welcome());
  assertEquals([talk.hubs, types(talk)], [["a:1", "b:1"], ["frame"]]);
  talk.conversation.close();

  const unlucky = await Talk.start({ addresses: ADDRESSES });
  for (let hub = 0; hub < 3; hub++) {
    await unlucky.hear(bye("server_full"));
    await unlucky.break();
    await unlucky.pass(0);
  }
  assertEquals(await unlucky.ended, undefined);
  assertEquals(unlucky.hubs, ["a:1", "b:1", "c:1"]);
  assertEquals(unlucky.frames, [bye("server_full")]);
  assertEquals(exitCode(unlucky.conversation.state.bye), 3);
});

Deno.test("a first hub that is full, and others that are gone, are the end", async () => {
  const talk = await Talk.start({ addresses: ADDRESSES.slice(0, 2) });
  talk.attempts.push("fail", "fail");
  await talk.hear(bye("server_full"));
  await talk.break();
  await talk.pass(0);
  assertEquals((await talk.ended)?.exitCode, 1);
});

Deno.test("a hub that sends one away is the last one that is tried", async () => {
  const talk = await join();
  await talk.hear(bye("banned"));
  await talk.break();
  await talk.pass(1000);
  assertEquals([talk.hubs, talk.isOver], [["a:1"], true]);
});

Deno.test("a hub that wants a password which one has not is not passed over", async () => {
  const talk = await Talk.start({ addresses: ADDRESSES });
  await talk.hear(error("password_required"));
  await talk.pass(1000);
  assertEquals(talk.hubs, ["a:1"]);
  talk.conversation.close();
});
