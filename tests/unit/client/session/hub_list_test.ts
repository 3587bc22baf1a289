import { assertEquals } from "@std/assert";
import { formatAddress } from "../../../../common/cli/address.ts";
import { exitCode } from "../../../../client/session/bye.ts";
import { Failure } from "../../../../common/cli/failure.ts";
import { HubList } from "../../../../client/session/hub_list.ts";
import { bye, error, TestConversation, welcome } from "./test_conversation.ts";

const ADDRESSES = ["a", "b", "c"].map((hostname) => ({ hostname, port: 1 }));

/** A conversation with several hubs, the first of which has welcomed it. */
async function join(
  options: Parameters<typeof TestConversation.start>[0] = {},
): Promise<TestConversation> {
  const talk = await TestConversation.start({ addresses: ADDRESSES, ...options });
  await talk.receive(welcome());
  return talk;
}

const types = (talk: TestConversation) => talk.events.map(({ type }) => type);
const moves = (talk: TestConversation) =>
  talk.events.flatMap((each) => each.type === "moved" ? [formatAddress(each.address)] : []);

Deno.test("the first hub that can be connected to is joined", async () => {
  const tried: string[] = [];
  const hubs = new HubList(ADDRESSES);
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
      await new HubList(ADDRESSES.slice(0, keys.length)).connect((address) =>
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
  await talk.drop();
  await talk.advance(1000);
  await talk.receive(welcome());
  assertEquals([talk.triedHubs, moves(talk)], [["a:1", "a:1"], []]);
});

Deno.test("when a hub is gone the session goes on at the next one", async () => {
  const talk = await join();
  talk.conversation.submit("hola");
  talk.outcomes.push("fail");
  await talk.drop();
  await talk.advance(1000);
  await talk.receive(welcome());
  assertEquals(talk.triedHubs, ["a:1", "b:1"]);
  assertEquals(talk.connection.hello.resume, { token: "t1", after: 0 });
  assertEquals(talk.connection.sent.map((frame) => "text" in frame && frame.text), ["hola"]);
  assertEquals(types(talk), ["frame", "lost", "moved"]);
  assertEquals(moves(talk), ["b:1"]);
});

Deno.test("a hub that says it ends, or is full, is not tried before the others", async () => {
  for (const code of ["shutdown", "server_full", "address_full", "cut_off"]) {
    const talk = await join();
    await talk.receive(bye(code));
    await talk.drop();
    await talk.advance(1000);
    await talk.receive(welcome({ token: "t2" }));
    assertEquals(talk.triedHubs, ["a:1", "b:1"], code);
    assertEquals(types(talk).slice(2), ["lost", "moved", "restarted", "frame"], code);
    talk.conversation.close();
  }
  const talk = await join();
  await talk.receive(bye("slow_consumer"));
  await talk.drop();
  await talk.advance(1000);
  assertEquals(talk.triedHubs, ["a:1", "a:1"]);
});

Deno.test("with all hubs gone they are tried in turn, after each wait from the start", async () => {
  const talk = await join({ retryFor: 4000 });
  talk.outcomes.push(...Array(30).fill("fail"));
  await talk.drop();
  await talk.advance(4000);
  assertEquals((await talk.ended)?.message, "the connection to a:1 was lost");
  assertEquals((30 - talk.outcomes.length) % 3, 0);
});

Deno.test("a first hub that is full is passed over at once, and said to be where all are", async () => {
  const talk = await TestConversation.start({ addresses: ADDRESSES, retryFor: 0 });
  await talk.receive(bye("server_full"));
  await talk.drop();
  await talk.advance(0);
  await talk.receive(welcome());
  assertEquals([talk.triedHubs, types(talk)], [["a:1", "b:1"], ["frame"]]);
  talk.conversation.close();

  const unlucky = await TestConversation.start({ addresses: ADDRESSES });
  for (let hub = 0; hub < 3; hub++) {
    await unlucky.receive(bye("server_full"));
    await unlucky.drop();
    await unlucky.advance(0);
  }
  assertEquals(await unlucky.ended, undefined);
  assertEquals(unlucky.triedHubs, ["a:1", "b:1", "c:1"]);
  assertEquals(unlucky.frames, [bye("server_full")]);
  assertEquals(exitCode(unlucky.conversation.state.bye), 3);
});

Deno.test("a first hub that is full, and others that are gone, are the end", async () => {
  const talk = await TestConversation.start({ addresses: ADDRESSES.slice(0, 2) });
  talk.outcomes.push("fail", "fail");
  await talk.receive(bye("server_full"));
  await talk.drop();
  await talk.advance(0);
  assertEquals((await talk.ended)?.exitCode, 1);
});

Deno.test("a hub that sends one away is the last one that is tried", async () => {
  const talk = await join();
  await talk.receive(bye("banned"));
  await talk.drop();
  await talk.advance(1000);
  assertEquals([talk.triedHubs, talk.isOver], [["a:1"], true]);
});

Deno.test("a hub that wants a password which one has not is not passed over", async () => {
  const talk = await TestConversation.start({ addresses: ADDRESSES });
  await talk.receive(error("password_required"));
  await talk.advance(1000);
  assertEquals(talk.triedHubs, ["a:1"]);
  talk.conversation.close();
});
