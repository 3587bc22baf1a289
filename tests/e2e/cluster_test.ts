/** Several hubs of the real program on a real NATS server are one chat. */

import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { startNats } from "../support/nats.ts";
import { Peer } from "../support/peer.ts";
import { runChat } from "../support/program.ts";
import { tempDirectory } from "../support/temp.ts";
import { Bot, startHubs, testWithNats, testWithNatsInPty } from "./hubs.ts";
import { history, join, joinWithNc, narrow, placed, untilInput } from "./people.ts";

/** A port without a listener. */
function deadPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

testWithNatsInPty("users of three hubs are in one chat, and nobody gets an echo", async () => {
  await using nats = await startNats();
  await using cluster = await startHubs(3, nats.url);
  const [one, two, three] = cluster.hubs;
  await using ana = await joinWithNc(one!.port, "ana");
  await using bob = await Bot.join(two!.port, "bob");
  await using luis = await join(three!, "luis");
  await ana.until("* luis joined (3 here)");
  luis.type("hola desde el terminal\r");
  assertEquals(await ana.until(/terminal/), "luis: hola desde el terminal");
  ana.send("hola desde nc\n");
  assertEquals((await bob.until("message", ({ nick }) => nick === "ana")).text, "hola desde nc");
  await bob.untilAcked(bob.say("dos\nlíneas"));
  await luis.until("bob: dos");
  // An echo would come before this reply.
  ana.send("/who\n");
  assertMatch(await ana.until(/\d here:/), /^\* 3 here: (?=.*\bana\b)(?=.*\bbob\b)(?=.*\bluis\b)/);
  luis.type("/quien\r");
  await luis.until("* 3 here: ");
  assertEquals(bob.texts, ["hola desde el terminal", "hola desde nc"]);
  assertEquals(
    history(luis).filter((row) => /^(ana|bob|luis): /.test(row)),
    ["luis: hola desde el terminal", "ana: hola desde nc", "bob: dos"],
  );
  const [rest] = new TextDecoder().decode(ana.received()).split("luis: hola").slice(1);
  assert(!rest!.includes("ana: "), "ana gets no echo");
});

testWithNats(
  "all users get messages in one order with growing ids, whichever hub they come from",
  async () => {
    await using nats = await startNats();
    await using cluster = await startHubs(3, nats.url);
    await using bots = await joinAll(cluster.hubs.flatMap(({ port }) => [port, port]));
    const MESSAGES = 40;
    const acked = bots.all.map(async (bot, index) => {
      const refs = Array.from({ length: MESSAGES }, (_, number) => bot.say(`${index}.${number}`));
      const ids = new Map<string, number>();
      const due = (bots.all.length - 1) * MESSAGES;
      while (bot.texts.length < due || ids.size < refs.length) {
        const frame = await bot.next();
        if (frame.type === "ack") ids.set(frame.ref, frame.id);
      }
      const own = refs.map((ref, number) => [ids.get(ref)!, `${index}.${number}`] as const);
      const others = bot.frames.flatMap((frame) =>
        frame.type === "message" ? [[frame.id, frame.text] as const] : []
      );
      assertEquals(others, others.toSorted(([a], [b]) => a - b));
      return [...own, ...others].sort(([a], [b]) => a - b);
    });
    const [first, ...rest] = await Promise.all(acked);
    assertEquals(new Set(first!.map(([id]) => id)).size, bots.all.length * MESSAGES);
    for (const order of rest) assertEquals(order, first);
    // Each user's own messages keep their order.
    for (const [index] of bots.all.entries()) {
      const own = first!.map(([, text]) => text).filter((text) => text.startsWith(`${index}.`));
      assertEquals(own, Array.from({ length: MESSAGES }, (_, number) => `${index}.${number}`));
    }
  },
);

testWithNats("private messages, rooms and lists work across hubs", async () => {
  await using nats = await startNats();
  await using cluster = await startHubs(2, nats.url);
  const [one, two] = cluster.hubs;
  await using ana = await joinWithNc(one!.port, "ana");
  await using bob = await joinWithNc(two!.port, "bob");
  await using eva = await joinWithNc(two!.port, "eva");
  ana.send("/msg BOB solo para ti\n");
  await bob.until("[private] ana: solo para ti");
  await ana.until("* [private] to bob: solo para ti");
  bob.send("/r gracias\n");
  await ana.until("[private] bob: gracias");
  ana.send("/msg boob hola\n");
  await ana.until('! nobody here is called "boob"; did you mean bob?');

  ana.send("/join dev\n/topic Deno 日本\n");
  await ana.until("* topic: Deno 日本");
  bob.send("/join dev\n");
  await bob.until(/^\* you are in #dev \(2 here: (ana, bob|bob, ana)\)/);
  await bob.until("* topic: Deno 日本");
  await ana.until("* bob joined (2 here)");
  eva.send("/rooms\n");
  await eva.until("* #general (3 here)");
  await eva.until("* #dev (2 here) Deno 日本");
  bob.send("en dev\n");
  await ana.until("bob: en dev");
  // Messages that leaked would have come before it.
  ana.send("/leave dev\nen general\n");
  await eva.until("ana: en general");
  const read = new TextDecoder().decode(eva.received());
  for (const text of ["solo para ti", "gracias", "en dev"]) assert(!read.includes(text), text);
  bob.send("/who\n");
  await bob.until("* 1 here: bob");
});

testWithNats("joins, leaves and renames are announced at the other hub once", async () => {
  await using nats = await startNats();
  await using cluster = await startHubs(2, nats.url);
  const [one, two] = cluster.hubs;
  await using bob = await Bot.join(one!.port, "bob");
  {
    await using ana = await Peer.connect(two!.port);
    ana.send("hola\n");
    await bob.untilMessage("hola");
    ana.send("/name ana\nya soy ana\n");
    await bob.untilMessage("ya soy ana");
    ana.send("/exit\n");
    await bob.until("left");
  }
  await using eva = await joinWithNc(two!.port, "eva");
  eva.send("y nada más\n");
  await bob.untilMessage("y nada más");
  const events = bob.frames.map((frame) => {
    switch (frame.type) {
      case "joined":
        return `+${frame.nick} ${frame.count}`;
      case "left":
        return `-${frame.nick} ${frame.count}`;
      case "renamed":
        return `${frame.from}>${frame.nick}`;
      default:
        return frame.type;
    }
  });
  // The number of the guest does not matter.
  assertEquals(events.map((event) => event.replace(/guest\d/, "guest")), [
    ...["+guest 2", "message", "guest>ana", "message", "-ana 1"],
    ...["+guest 2", "guest>eva", "message"],
  ]);
});

testWithNats(
  "a nick in use at another hub is refused, with a free one suggested",
  async () => {
    await using nats = await startNats();
    await using cluster = await startHubs(2, nats.url);
    const [one, two] = cluster.hubs;
    await using _jose = await joinWithNc(one!.port, "José");
    await using other = await joinWithNc(two!.port, "otro");
    other.send("/name josé\n");
    const refusal = await other.until("is in use");
    const [, free] = /^! the nick "josé" is in use: (\S+) is free$/.exec(refusal) ?? [];
    assertNotEquals(free, undefined, refusal);
    other.send(`/name ${free}\n`);
    await other.until(`* you are now ${free}`);
    await using third = await Bot.join(one!.port, free!);
    assertNotEquals(third.nick, free);
  },
);

testWithNats("of two users who take a nick at two hubs at once, one gets it", async () => {
  await using nats = await startNats();
  await using cluster = await startHubs(2, nats.url);
  const [one, two] = cluster.hubs;
  await using ana = await joinWithNc(one!.port, "ana");
  await using eva = await joinWithNc(two!.port, "eva");
  for (let round = 0; round < 10; round++) {
    const wanted = `zoe${round}`;
    const answers = await Promise.all([ana, eva].map((peer) => {
      peer.send(`/name ${wanted}\n`);
      return peer.until(/^(\* you are now|! )/);
    }));
    const isTaken = (answer: string) => answer.startsWith(`! the nick "${wanted}" is in use: `);
    assertEquals(answers.filter((answer) => answer === `* you are now ${wanted}`).length, 1);
    assertEquals(answers.filter(isTaken).length, 1, answers.join());
  }
  // With hello, the other user gets another nick.
  const [first, second] = await Promise.all([one!, two!].map(({ port }) => Bot.join(port, "eco")));
  await using _first = first!;
  await using _second = second!;
  const nicks = [first!.nick, second!.nick];
  assert(nicks.includes("eco") && nicks[0] !== nicks[1], nicks.join());
});

testWithNats("moderation holds and is announced at all hubs", async () => {
  await using nats = await startNats();
  await using directory = await tempDirectory();
  const path = `${directory.path}/mod`;
  await Deno.writeTextFile(path, "tiza y borrador\n", { mode: 0o600 });
  await using cluster = await startHubs(2, nats.url, "--mod-password-file", path);
  const [one, two] = cluster.hubs;
  await using mod = await joinWithNc(one!.port, "mod");
  mod.send("/mod tiza y borrador\n");
  await mod.until("* you are a moderator now");
  await using luis = await joinWithNc(two!.port, "luis");
  await using eva = await joinWithNc(two!.port, "eva");
  await mod.until(/^\* guest\d is now eva$/);

  mod.send("/topic fracciones\n");
  await eva.until("* mod changed the topic: fracciones");
  mod.send("/mute luis 5\n");
  await luis.until("* mod has muted you for 5 minutes");
  luis.send("pero...\n");
  await luis.until("! you are muted: you may write again in 5 minutes");
  mod.send("/mute luis 0\n");
  await luis.until("* mod lets you write again");
  luis.send("gracias\n");
  await mod.until("luis: gracias");

  mod.send("/pause\n");
  await luis.until("* mod has paused #general: only moderators may write");
  luis.send("pero...\n");
  await luis.until("! #general is paused: only moderators may write there");
  mod.send("/pause\n");
  await luis.until("* mod has ended the pause of #general");

  mod.send("/lock\n");
  await eva.until("* mod has locked #general: nobody else may come in");
  await using late = await Peer.connect(two!.port);
  assertEquals(await late.line(), "* nobody new may come in at the moment: try later");
  mod.send("/lock\n");
  await eva.until("* mod has unlocked #general");

  mod.send("/kick luis a la calle\n");
  await luis.until("* mod has removed you: a la calle");
  assertEquals(await luis.closed(), "end");
  await eva.until("* luis is gone: was removed by mod: a la calle (2 here)");
  await mod.until("* luis is gone: was removed by mod: a la calle (2 here)");

  mod.send("/ban eva\n");
  await eva.until("* you may not come in here");
  await using back = await Peer.connect(two!.port);
  back.sendFrame({ type: "hello", protocol: 1, nick: "eva" });
  assertEquals((await back.untilFrame("bye")).code, "banned");
  mod.send("/unban eva\n");
  await mod.until("* eva may come in again");
});

testWithNats("a later hub has the history and the topic", async () => {
  await using nats = await startNats();
  await using first = await startHubs(1, nats.url);
  await using ana = await joinWithNc(first.hubs[0]!.port, "ana");
  ana.send("/topic de antes\nuna\ndos\n/msg ana2 nada\n");
  await ana.until("! nobody");
  await using later = await startHubs(1, nats.url);
  await using bob = await Peer.connect(later.hubs[0]!.port);
  await bob.until(/^\* welcome, \S+ \(2 here: .*\bana\b/);
  await bob.until("* topic: de antes");
  await bob.until("* --- the last 2 messages ---");
  assertEquals([await bob.line(), await bob.line()], ["ana: una", "ana: dos"]);
  bob.send("/name ANA\n");
  await bob.until('! the nick "ANA" is in use');
});

testWithNats("after all hubs have stopped, the next one has the history of each room", async () => {
  await using nats = await startNats();
  {
    await using cluster = await startHubs(2, nats.url);
    const [one, two] = cluster.hubs;
    await using ana = await Bot.join(one!.port, "ana");
    await using bob = await Bot.join(two!.port, "bob");
    ana.command("/join dev");
    await ana.until("reply");
    for (const [bot, text, room] of [[ana, "uno", "general"], [bob, "dos", "general"]] as const) {
      await bot.untilAcked(bot.say(text, { room }));
    }
    await ana.untilAcked(ana.say("en dev", { room: "dev" }));
    for (const hub of cluster.hubs) hub.kill("SIGTERM");
    for (const hub of cluster.hubs) assertEquals((await hub.exit()).code, 0, hub.stderr());
  }
  await using cluster = await startHubs(1, nats.url);
  await using eva = await Peer.connect(cluster.hubs[0]!.port);
  // Users who may resume are still there, so no count is expected.
  await eva.until("* welcome, guest");
  await eva.until("* --- the last 2 messages ---");
  assertEquals([await eva.line(), await eva.line()], ["ana: uno", "bob: dos"]);
  eva.send("/join dev\n");
  await eva.until("ana: en dev");
});

testWithNats(
  "invalid data on the subjects is dropped, and the chat goes on",
  async () => {
    const { connect, headers } = await import("@nats-io/transport-node");
    await using nats = await startNats();
    await using cluster = await startHubs(2, nats.url);
    const [one, two] = cluster.hubs;
    await using ana = await joinWithNc(one!.port, "ana");
    await using bob = await joinWithNc(two!.port, "bob");
    ana.send("antes\n");
    await bob.until("ana: antes");
    const stranger = await connect({ servers: nats.url });
    try {
      const forged = {
        v: 1,
        id: "x",
        key: "eva",
        nick: "eva",
        kind: "say",
        ts: 1,
        ref: "1",
        hub: "h",
      };
      const payloads = [
        "",
        "{",
        "null",
        "[]",
        "x".repeat(100_000),
        "\xff\xfe",
        JSON.stringify({ ...forged, text: 7 }),
        JSON.stringify({ ...forged, text: "t", nick: "\u001b[31m" }),
        JSON.stringify({ ...forged, text: "t", kind: "bye" }),
        JSON.stringify({ ...forged, text: "t", ts: "now" }),
      ];
      const subjects = ["room.general", "room.", "room.a=zz", "private.x.y", "nothing", "room"];
      const republished = headers();
      republished.set("Nats-Sequence", "999999");
      for (const payload of payloads) {
        for (const subject of subjects.map((subject) => subject.replace(/\.$/, ".=="))) {
          stranger.publish(`chat.chat.${subject}`, payload);
          stranger.publish(`chat-told.chat.${subject}`, payload, { headers: republished });
          stranger.publish(`chat-kv.chat-chat-state.${subject}`, payload, { headers: republished });
          stranger.publish(`chat-kv.chat-chat-hubs.${subject}`, payload, { headers: republished });
          stranger.publish(`$KV.chat-chat-state.${subject}`, payload);
          stranger.publish(`$KV.chat-chat-nicks.${subject}`, payload);
          stranger.publish(`$KV.chat-chat-hubs.${subject}`, payload);
        }
      }
      await stranger.flush();
    } finally {
      await stranger.close();
    }
    ana.send("después\n");
    await bob.until("ana: después");
    bob.send("/who\n");
    await bob.until(/^\* 2 here: (ana, bob|bob, ana)$/);
    for (const hub of cluster.hubs) await hub.untilStderr(/level=warning/);
    const read = new TextDecoder().decode(bob.received());
    assert(!read.includes("eva:"), read);
  },
);

testWithNats(
  "an unreachable NATS server is named in one line, and the hub does not start",
  async () => {
    const url = `nats://ana:geheim@127.0.0.1:${deadPort()}`;
    const { code, stdout, stderr } = await runChat(["server", "127.0.0.1", "0", "--nats", url]);
    assertEquals([code, stdout], [1, ""]);
    assertMatch(stderr, /^chat: [^\n]*127\.0\.0\.1:\d+[^\n]*\n$/);
    assert(!stderr.includes("geheim"), stderr);
  },
);

testWithNats("a NATS server without JetStream is reported in one line", async () => {
  await using nats = await startNats({ jetStream: false });
  const { code, stdout, stderr } = await runChat(["server", "127.0.0.1", "0", "--nats", nats.url]);
  assertEquals([code, stdout], [1, ""]);
  assertMatch(stderr, /^chat: [^\n]*JetStream[^\n]*\n$/);
});

testWithNats("two chats at one NATS server are separate", async () => {
  await using nats = await startNats();
  await using here = await startHubs(1, nats.url, "--cluster", "aqui");
  await using there = await startHubs(1, nats.url, "--cluster", "alla");
  await using ana = await joinWithNc(here.hubs[0]!.port, "ana");
  await using other = await joinWithNc(there.hubs[0]!.port, "ana");
  ana.send("solo aquí\n");
  other.send("/who\n");
  await other.until("* 1 here: ana");
  await using luis = await joinWithNc(here.hubs[0]!.port, "luis");
  luis.send("solo aquí también\n");
  await ana.until("luis: solo aquí también");
  other.send("/rooms\n");
  await other.until("* #general (1 here)");
  assert(!new TextDecoder().decode(other.received()).includes("solo aquí"));
});

testWithNatsInPty(
  "a line that is being typed is not disturbed by messages of other hubs",
  async () => {
    await using nats = await startNats();
    await using cluster = await startHubs(2, nats.url);
    const [one, two] = cluster.hubs;
    await using ana = await join(one!, "ana");
    await using bob = await joinWithNc(two!.port, "bob");
    ana.type("un borrador");
    bob.send("hola ana\n");
    await untilInput(ana, placed("ana", narrow("un borrador"), 80), "bob: hola ana");
  },
);

/** Connects a bot to each port; `await using` ends them. */
async function joinAll(ports: readonly number[]): Promise<AsyncDisposable & { all: Bot[] }> {
  const all: Bot[] = [];
  const end = async () => {
    await Promise.all(all.map((bot) => bot[Symbol.asyncDispose]()));
  };
  try {
    for (const [index, port] of ports.entries()) all.push(await Bot.join(port, `bot${index}`));
    return { all, [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw error;
  }
}
