/** Several hubs of the real program on a real NATS server are one chat for who is at them. */

import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { startNats } from "../support/nats.ts";
import { Peer } from "../support/peer.ts";
import { runChat } from "../support/program.ts";
import { tempDirectory } from "../support/temp.ts";
import { Bot, startHubs, testWithNats, testWithNatsInPty } from "./hubs.ts";
import { history, join, joinBare, narrow, placed, untilInput } from "./people.ts";

/** A port on which nobody listens. */
function deadPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

testWithNatsInPty("people at three hubs are in one chat, and nobody reads an echo", async () => {
  await using nats = await startNats();
  await using cluster = await startHubs(3, nats.url);
  const [one, two, three] = cluster.hubs;
  await using ana = await joinBare(one!.port, "ana");
  await using bob = await Bot.join(two!.port, "bob");
  await using luis = await join(three!, "luis");
  await ana.until("* luis joined (3 here)");
  luis.type("hola desde el terminal\r");
  assertEquals(await ana.until(/terminal/), "luis: hola desde el terminal");
  ana.send("hola desde nc\n");
  assertEquals((await bob.until("message", ({ nick }) => nick === "ana")).text, "hola desde nc");
  await bob.untilAcked(bob.say("dos\nlíneas"));
  await luis.until("bob: dos");
  // What is answered after it would come after an echo.
  ana.send("/who\n");
  assertMatch(await ana.until(/\d here:/), /^\* 3 here: (?=.*\bana\b)(?=.*\bbob\b)(?=.*\bluis\b)/);
  luis.type("/quien\r");
  await luis.until("* 3 here: ");
  assertEquals(bob.heard, ["hola desde el terminal", "hola desde nc"]);
  assertEquals(
    history(luis).filter((row) => /^(ana|bob|luis): /.test(row)),
    ["luis: hola desde el terminal", "ana: hola desde nc", "bob: dos"],
  );
  const [said] = new TextDecoder().decode(ana.received()).split("luis: hola").slice(1);
  assert(!said!.includes("ana: "), "ana reads nothing of her own");
});

testWithNats(
  "all hear one order, whoever speaks at whichever hub, and ids grow by it",
  async () => {
    await using nats = await startNats();
    await using cluster = await startHubs(3, nats.url);
    await using bots = await joinAll(cluster.hubs.flatMap(({ port }) => [port, port]));
    const MESSAGES = 40;
    const acked = bots.all.map(async (bot, index) => {
      const refs = Array.from({ length: MESSAGES }, (_, number) => bot.say(`${index}.${number}`));
      const ids = new Map<string, number>();
      const due = (bots.all.length - 1) * MESSAGES;
      while (bot.heard.length < due || ids.size < refs.length) {
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
    // Each one's own are in the order in which they were said.
    for (const [index] of bots.all.entries()) {
      const own = first!.map(([, text]) => text).filter((text) => text.startsWith(`${index}.`));
      assertEquals(own, Array.from({ length: MESSAGES }, (_, number) => `${index}.${number}`));
    }
  },
);

testWithNats("private messages and rooms reach across hubs, and their lists too", async () => {
  await using nats = await startNats();
  await using cluster = await startHubs(2, nats.url);
  const [one, two] = cluster.hubs;
  await using ana = await joinBare(one!.port, "ana");
  await using bob = await joinBare(two!.port, "bob");
  await using eva = await joinBare(two!.port, "eva");
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
  // What was for others would have come before it.
  ana.send("/leave dev\nen general\n");
  await eva.until("ana: en general");
  const read = new TextDecoder().decode(eva.received());
  for (const text of ["solo para ti", "gracias", "en dev"]) assert(!read.includes(text), text);
  bob.send("/who\n");
  await bob.until("* 1 here: bob");
});

testWithNats("who comes, goes or changes nick is told at the other hub, once", async () => {
  await using nats = await startNats();
  await using cluster = await startHubs(2, nats.url);
  const [one, two] = cluster.hubs;
  await using bob = await Bot.join(one!.port, "bob");
  {
    await using ana = await Peer.connect(two!.port);
    ana.send("hola\n");
    await bob.untilHeard("hola");
    ana.send("/name ana\nya soy ana\n");
    await bob.untilHeard("ya soy ana");
    ana.send("/exit\n");
    await bob.until("left");
  }
  await using eva = await joinBare(two!.port, "eva");
  eva.send("y nada más\n");
  await bob.untilHeard("y nada más");
  const told = bob.frames.map((frame) => {
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
  // Which guest it is does not matter.
  assertEquals(told.map((each) => each.replace(/guest\d/, "guest")), [
    ...["+guest 2", "message", "guest>ana", "message", "-ana 1"],
    ...["+guest 2", "guest>eva", "message"],
  ]);
});

testWithNats(
  "a nick that somebody at another hub has is refused, with one that is free",
  async () => {
    await using nats = await startNats();
    await using cluster = await startHubs(2, nats.url);
    const [one, two] = cluster.hubs;
    await using _jose = await joinBare(one!.port, "José");
    await using other = await joinBare(two!.port, "otro");
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

testWithNats("of two who take a nick at the same moment at two hubs, one gets it", async () => {
  await using nats = await startNats();
  await using cluster = await startHubs(2, nats.url);
  const [one, two] = cluster.hubs;
  await using ana = await joinBare(one!.port, "ana");
  await using eva = await joinBare(two!.port, "eva");
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
  // As hello asks for it, one gets another one and is told why.
  const [first, second] = await Promise.all([one!, two!].map(({ port }) => Bot.join(port, "eco")));
  await using _first = first!;
  await using _second = second!;
  const nicks = [first!.nick, second!.nick];
  assert(nicks.includes("eco") && nicks[0] !== nicks[1], nicks.join());
});

testWithNats("what moderators do holds at all hubs, and is told at them", async () => {
  await using nats = await startNats();
  await using directory = await tempDirectory();
  const path = `${directory.path}/mod`;
  await Deno.writeTextFile(path, "tiza y borrador\n", { mode: 0o600 });
  await using cluster = await startHubs(2, nats.url, "--mod-password-file", path);
  const [one, two] = cluster.hubs;
  await using mod = await joinBare(one!.port, "mod");
  mod.send("/mod tiza y borrador\n");
  await mod.until("* you are a moderator now");
  await using luis = await joinBare(two!.port, "luis");
  await using eva = await joinBare(two!.port, "eva");
  await mod.until(/^\* guest\d is now eva$/);

  mod.send("/topic fracciones\n");
  await eva.until("* mod changed the topic: fracciones");
  mod.send("/mute luis 5\n");
  await luis.until("* mod has muted you for 5 minutes");
  luis.send("pero...\n");
  await luis.until("! you are muted: you may write again in 5 minutes");
  mod.send("/mute luis 0\n");
  await luis.until("* mod has unmuted you");
  luis.send("gracias\n");
  await mod.until("luis: gracias");

  mod.send("/pause\n");
  await luis.until("* mod has paused #general: only moderators may write");
  luis.send("pero...\n");
  await luis.until("! #general is paused: only moderators may write there");
  mod.send("/pause\n");
  await luis.until("* mod has ended the pause in #general");

  mod.send("/lock\n");
  await eva.until("* mod has locked #general: only moderators may join it");
  await using late = await Peer.connect(two!.port);
  assertEquals(await late.line(), "* nobody new may join this hub at the moment: try again later");
  mod.send("/lock\n");
  await eva.until("* mod has unlocked #general");

  mod.send("/kick luis a la calle\n");
  await luis.until("* mod has kicked you: a la calle");
  assertEquals(await luis.closed(), "end");
  await eva.until("* luis left: kicked by mod: a la calle (2 here)");
  await mod.until("* luis left: kicked by mod: a la calle (2 here)");

  mod.send("/ban eva\n");
  await eva.until("* you are banned from this hub");
  await using back = await Peer.connect(two!.port);
  back.sendFrame({ type: "hello", protocol: 1, nick: "eva" });
  assertEquals((await back.untilFrame("bye")).code, "banned");
  mod.send("/unban eva\n");
  await mod.until("* you unbanned eva, who may join again");
});

testWithNats("a hub that comes later has what was said and laid down before", async () => {
  await using nats = await startNats();
  await using first = await startHubs(1, nats.url);
  await using ana = await joinBare(first.hubs[0]!.port, "ana");
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

testWithNats("when all hubs were ended, the next one has the history, of each room", async () => {
  await using nats = await startNats();
  {
    await using cluster = await startHubs(2, nats.url);
    const [one, two] = cluster.hubs;
    await using ana = await Bot.join(one!.port, "ana");
    await using bob = await Bot.join(two!.port, "bob");
    ana.command("/join dev");
    await ana.until("reply");
    for (const [who, text, room] of [[ana, "uno", "general"], [bob, "dos", "general"]] as const) {
      await who.untilAcked(who.say(text, { room }));
    }
    await ana.untilAcked(ana.say("en dev", { room: "dev" }));
    for (const hub of cluster.hubs) hub.kill("SIGTERM");
    for (const hub of cluster.hubs) assertEquals((await hub.exit()).code, 0, hub.stderr());
  }
  await using cluster = await startHubs(1, nats.url);
  await using eva = await Peer.connect(cluster.hubs[0]!.port);
  // Who could come back is waited for a while.
  await eva.until("* welcome, guest");
  await eva.until("* --- the last 2 messages ---");
  assertEquals([await eva.line(), await eva.line()], ["ana: uno", "bob: dos"]);
  eva.send("/join dev\n");
  await eva.until("ana: en dev");
});

testWithNats(
  "what is published by others on the subjects is dropped, and the chat goes on",
  async () => {
    const { connect, headers } = await import("@nats-io/transport-node");
    await using nats = await startNats();
    await using cluster = await startHubs(2, nats.url);
    const [one, two] = cluster.hubs;
    await using ana = await joinBare(one!.port, "ana");
    await using bob = await joinBare(two!.port, "bob");
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
      const told = headers();
      told.set("Nats-Sequence", "999999");
      for (const payload of payloads) {
        for (const subject of subjects.map((each) => each.replace(/\.$/, ".=="))) {
          stranger.publish(`chat.chat.${subject}`, payload);
          stranger.publish(`chat-told.chat.${subject}`, payload, { headers: told });
          stranger.publish(`chat-kv.chat-chat-state.${subject}`, payload, { headers: told });
          stranger.publish(`chat-kv.chat-chat-hubs.${subject}`, payload, { headers: told });
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
  "a NATS server that is not there is named in one line, and nothing listens",
  async () => {
    const url = `nats://ana:geheim@127.0.0.1:${deadPort()}`;
    const { code, stdout, stderr } = await runChat(["server", "127.0.0.1", "0", "--nats", url]);
    assertEquals([code, stdout], [1, ""]);
    assertMatch(stderr, /^chat: [^\n]*127\.0\.0\.1:\d+[^\n]*\n$/);
    assert(!stderr.includes("geheim"), stderr);
  },
);

testWithNats("a NATS server without JetStream is told what it lacks, in one line", async () => {
  await using nats = await startNats({ jetStream: false });
  const { code, stdout, stderr } = await runChat(["server", "127.0.0.1", "0", "--nats", nats.url]);
  assertEquals([code, stdout], [1, ""]);
  assertMatch(stderr, /^chat: [^\n]*JetStream[^\n]*\n$/);
});

testWithNats("chats of two names at one NATS server know nothing of each other", async () => {
  await using nats = await startNats();
  await using here = await startHubs(1, nats.url, "--cluster", "aqui");
  await using there = await startHubs(1, nats.url, "--cluster", "alla");
  await using ana = await joinBare(here.hubs[0]!.port, "ana");
  await using other = await joinBare(there.hubs[0]!.port, "ana");
  ana.send("solo aquí\n");
  other.send("/who\n");
  await other.until("* 1 here: ana");
  await using luis = await joinBare(here.hubs[0]!.port, "luis");
  luis.send("solo aquí también\n");
  await ana.until("luis: solo aquí también");
  other.send("/rooms\n");
  await other.until("* #general (1 here)");
  assert(!new TextDecoder().decode(other.received()).includes("solo aquí"));
});

testWithNatsInPty(
  "a line that is being typed stays as it is while others talk elsewhere",
  async () => {
    await using nats = await startNats();
    await using cluster = await startHubs(2, nats.url);
    const [one, two] = cluster.hubs;
    await using ana = await join(one!, "ana");
    await using bob = await joinBare(two!.port, "bob");
    ana.type("un borrador");
    bob.send("hola ana\n");
    await untilInput(ana, placed("ana", narrow("un borrador"), 80), "bob: hola ana");
  },
);

/** Bots at these ports; `await using` ends them. */
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
