/** Several hubs of the real program on a real NATS server are one chat. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { until } from "../support/besieged.ts";
import { startNats } from "../support/nats.ts";
import { Peer } from "../support/peer.ts";
import { tempDirectory } from "../support/temp.ts";
import { Bot, startHubs, testWithNats, testWithNatsInPty } from "./hubs.ts";
import { history, join, joinWithNc, narrow, placed, untilInput } from "./people.ts";

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

/** The lines with which a text member's hub lists the rooms. */
async function roomsSeenBy(peer: Peer): Promise<string[]> {
  peer.send("/rooms\n/who\n");
  const lines: string[] = [];
  do lines.push(await peer.line()); while (!lines.at(-1)!.includes(" here: "));
  return lines;
}

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
  // The other hub learns of the room and of its topic in two records.
  const isListed = async () => (await roomsSeenBy(eva)).includes("* #dev (1 here) Deno 日本");
  await until(isListed, () => Promise.resolve("the other hub does not list the topic"));
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
  await luis.until("* mod has unmuted you");
  luis.send("gracias\n");
  await mod.until("luis: gracias");

  mod.send("/pause\n");
  await luis.until("* mod has paused #general: only moderators may write");
  luis.send("pero...\n");
  await luis.until("! #general is paused: only moderators may write there");
  mod.send("/unpause\n");
  await luis.until("* mod has ended the pause in #general");

  mod.send("/lock\n");
  await eva.until("* mod has locked #general: only moderators may join it");
  await using late = await Peer.connect(two!.port);
  assertMatch(await late.line(), /^\* nobody new may join this hub at the moment: /);
  mod.send("/unlock\n");
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
  await mod.until("* you lifted the ban of eva");
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
