import { assertEquals } from "@std/assert";
import { formatAddress } from "../../../../common/cli/address.ts";
import { exitCode } from "../../../../client/session/bye.ts";
import { Failure } from "../../../../common/cli/failure.ts";
import { describe } from "../../../../common/cli/subcommand.ts";
import { HubList } from "../../../../client/session/hub_list.ts";
import { bye, error, TestConversation, welcome } from "./test_conversation.ts";

const ADDRESSES = ["a", "b", "c"].map((hostname) => ({ hostname, port: 1 }));

/** A client with several hubs, welcomed by the first. */
async function join(
  options: Parameters<typeof TestConversation.start>[0] = {},
): Promise<TestConversation> {
  const client = await TestConversation.start({ addresses: ADDRESSES, ...options });
  await client.receive(welcome());
  return client;
}

const types = (client: TestConversation) => client.events.map(({ type }) => type);
const moves = (client: TestConversation) =>
  client.events.flatMap((event) => event.type === "moved" ? [formatAddress(event.address)] : []);

Deno.test("the first reachable hub is joined", async () => {
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
  // The current hub is tried first.
  await hubs.connect(open);
  assertEquals(tried.slice(3), ["c:1"]);
});

Deno.test("if no hub is reachable, the failure names each", async () => {
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
  assertEquals(
    describe(both, "en").split("\n"),
    ["a:1", "b:1"].map((address) =>
      `cannot connect to ${address}: connection refused; is the hub running?`
    ),
  );
  assertEquals(both.exitCode, 1);
  assertEquals((await connect("failure.refused")).key, "failure.refused");
  assertEquals((await connect("failure.tls_changed", "failure.refused")).exitCode, 1);
  assertEquals((await connect("failure.tls_changed", "failure.tls_changed")).exitCode, 3);
});

Deno.test("a hub that is back is rejoined, without a move", async () => {
  const client = await join();
  await client.drop();
  await client.advance(1000);
  await client.receive(welcome());
  assertEquals([client.triedHubs, moves(client)], [["a:1", "a:1"], []]);
});

Deno.test("when a hub is gone the session resumes at the next one", async () => {
  const client = await join();
  client.conversation.submit("hola");
  client.outcomes.push("fail");
  await client.drop();
  await client.advance(1000);
  await client.receive(welcome());
  assertEquals(client.triedHubs, ["a:1", "b:1"]);
  assertEquals(client.connection.hello.resume, { token: "t1", after: 0 });
  assertEquals(client.connection.sent.map((frame) => "text" in frame && frame.text), ["hola"]);
  assertEquals(types(client), ["frame", "lost", "moved"]);
  assertEquals(moves(client), ["b:1"]);
});

Deno.test("a hub that shuts down or is full is tried after the others", async () => {
  for (const code of ["shutdown", "server_full", "address_full", "cut_off"]) {
    const client = await join();
    await client.receive(bye(code));
    await client.drop();
    await client.advance(1000);
    await client.receive(welcome({ token: "t2" }));
    assertEquals(client.triedHubs, ["a:1", "b:1"], code);
    assertEquals(types(client).slice(2), ["lost", "moved", "restarted", "frame"], code);
    client.conversation.close();
  }
  const client = await join();
  await client.receive(bye("slow_consumer"));
  await client.drop();
  await client.advance(1000);
  assertEquals(client.triedHubs, ["a:1", "a:1"]);
});

Deno.test("another chat gets none of the lines that were meant for the first one", async () => {
  for (const isStopped of [true, false]) {
    const client = await join();
    client.conversation.submit("sent");
    client.outcomes.push(...(isStopped ? [] : ["fail" as const]));
    if (isStopped) await client.receive(bye("shutdown"));
    await client.drop();
    client.conversation.submit("waiting");
    await client.advance(1000);
    await client.receive(welcome({ token: "t2", epoch: "e2" }));
    assertEquals(moves(client), ["b:1"]);
    const told = client.events.flatMap((event) => {
      if (event.type === "restarted") return event.uncertain.map(({ display }) => display);
      if (event.type === "unsent") return event.lines.map(({ display }) => display);
      return event.type === "moved" && event.isOtherChat ? ["another chat"] : [];
    });
    assertEquals(told, ["another chat", "sent", "waiting"]);
    assertEquals([client.connection.sent, client.conversation.pendingCount], [[], 0]);
    client.conversation.close();
  }
});

Deno.test("a hub that was restarted is not another chat, and nor is another hub of the same one", async () => {
  const restarted = await join();
  await restarted.reconnect();
  await restarted.receive(welcome({ token: "t2", epoch: "e2" }));
  const other = await join();
  other.outcomes.push("fail");
  await other.reconnect();
  await other.receive(welcome({ token: "t2" }));
  for (const client of [restarted, other]) {
    assertEquals(client.events.filter((event) => "isOtherChat" in event && event.isOtherChat), []);
    client.conversation.close();
  }
});

Deno.test("with all hubs gone, each attempt tries every one of them", async () => {
  const client = await join({ retryFor: 4000 });
  client.outcomes.push(...Array(30).fill("fail"));
  await client.drop();
  await client.advance(4000);
  assertEquals((await client.ended)?.message, "the connection to a:1 was lost");
  assertEquals((30 - client.outcomes.length) % 3, 0);
});

Deno.test("a full first hub is skipped at once, and reported only if all are full", async () => {
  const client = await TestConversation.start({ addresses: ADDRESSES, retryFor: 0 });
  await client.receive(bye("server_full"));
  await client.drop();
  await client.advance(0);
  await client.receive(welcome());
  assertEquals([client.triedHubs, types(client)], [["a:1", "b:1"], ["frame"]]);
  client.conversation.close();

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

Deno.test("a full first hub and unreachable others end the client", async () => {
  const client = await TestConversation.start({ addresses: ADDRESSES.slice(0, 2) });
  client.outcomes.push("fail", "fail");
  await client.receive(bye("server_full"));
  await client.drop();
  await client.advance(0);
  assertEquals((await client.ended)?.exitCode, 1);
});

Deno.test("after a ban the client tries no further hub", async () => {
  const client = await join();
  await client.receive(bye("banned"));
  await client.drop();
  await client.advance(1000);
  assertEquals([client.triedHubs, client.isOver], [["a:1"], true]);
});

Deno.test("a hub that requires a password is not skipped", async () => {
  const client = await TestConversation.start({ addresses: ADDRESSES });
  await client.receive(error("password_required"));
  await client.advance(1000);
  assertEquals(client.triedHubs, ["a:1"]);
  client.conversation.close();
});
