/**
 * Faults of hubs and NATS servers, with the real program: users carry on, and nothing is lost, duplicated or reordered.
 */

import { assert, assertEquals } from "@std/assert";
import { NATS_MISSING, startNats, startNatsCluster } from "../support/nats.ts";
import { chat, type Hub, Program } from "../support/program.ts";
import { NO_PTY, type TestTerminal } from "../support/terminal.ts";
import { addressOf, Bot, joinAny, restartHub, startHubs, testWithNats } from "./hubs.ts";
import { count, history, joinWithNc, narrow, placed, untilInput } from "./people.ts";

/** The steps of one test. They mostly wait, so they run concurrently. */
const steps: [what: string, run: () => Promise<void>][] = [];

function faultStep(what: string, run: () => Promise<void>): void {
  steps.push([what, run]);
}

Deno.test({
  name: "when hubs and NATS servers fail, users carry on",
  ignore: NATS_MISSING || NO_PTY,
  fn: async (t) => {
    // The sanitizers of the whole test cover its concurrent steps.
    const sanitizers = { sanitizeOps: false, sanitizeResources: false, sanitizeExit: false };
    await Promise.all(steps.map(([name, fn]) => t.step({ name, fn, ...sanitizers })));
  },
});

/** The others declare a killed hub dead within 30 s; a test waits this long. */
const DECLARED_DEAD_MS = 60_000;

faultStep(
  "a user whose hub is killed moves to another hub, and nobody sees them leave",
  async () => {
    await using nats = await startNats();
    await using cluster = await startHubs(2, nats.url);
    const [one, two] = cluster.hubs as [Hub, Hub];
    await using bob = await Bot.join(two.port, "bob", { deadlineMs: DECLARED_DEAD_MS });
    await using ana = await joinAny([one, two], "ana");
    await using luis = await joinWithNc(one.port, "luis"); // with nc, which cannot resume
    ana.type("/join dev\r");
    await untilInput(ana, placed("#dev ana", [], 80), "you are in #dev");
    ana.type("/join general\r");
    await untilInput(ana, placed("ana", [], 80), "you are in #general");
    ana.type("antes\r");
    await bob.untilMessage("antes");
    bob.command("/join dev");
    await bob.until("reply");
    ana.type("un borrador");
    await untilInput(ana, placed("ana", narrow("un borrador"), 80));
    const before = bob.frames.length;

    one.kill("SIGKILL");
    // Sent before or after ana has moved: she gets it once in either case.
    await bob.untilAcked(bob.say("mientras tanto", { room: "general" }));
    await bob.untilAcked(bob.say("en dev", { room: "dev" }));
    await untilInput(
      ana,
      placed("[general] dev:1 ana", narrow("un borrador"), 80),
      `* now connected to ${addressOf(two)}`,
    );
    await ana.until("* reconnected");
    await ana.until("bob: mientras tanto");
    await ana.until("#dev bob: en dev");
    ana.type(" y más\r");
    await bob.untilMessage("un borrador y más");
    await bob.untilAcked(bob.say("adiós", { room: "general" }));
    await untilInput(ana, placed("[general] dev:1 ana", [], 80), "bob: adiós");
    const rows = history(ana).join("\n");
    for (const text of ["bob: mientras tanto", "#dev bob: en dev", "ana: antes", "bob: adiós"]) {
      assertEquals(count(rows, text), 1, rows);
    }
    assert(!rows.includes("new session"), rows);

    // A user who does not resume leaves once, and then their nick is free.
    const left = await bob.until("left", ({ room }) => room === "general");
    assertEquals([left.nick, left.count], ["luis", 2]);
    await using next = await Bot.join(two.port, "luis");
    assertEquals(next.nick, "luis");
    await bob.until("joined", ({ nick }) => nick === "luis");
    await next.untilAcked(next.say("soy otro"));
    await bob.untilMessage("soy otro");
    const presence = bob.frames.slice(before).filter(({ type }) =>
      type === "joined" || type === "left"
    );
    assertEquals(presence.map((frame) => "nick" in frame && [frame.type, frame.nick]), [
      ["left", "luis"],
      ["joined", "luis"],
    ]);
    assertEquals(luis.pending().filter((line) => line.startsWith("* disconnected")), []);
  },
);

faultStep(
  "a user who moves to another hub gets each private message once",
  async () => {
    await using nats = await startNats();
    await using cluster = await startHubs(2, nats.url);
    const [one, two] = cluster.hubs as [Hub, Hub];
    await using bob = await Bot.join(two.port, "bob");
    let after: number;
    let token: string;
    let ref: string;
    {
      await using ana = await Bot.join(one.port, "ana");
      ref = ana.say("una vez");
      after = await ana.untilAcked(ref);
      token = ana.token;
      one.kill("SIGKILL");
    }
    await bob.untilMessage("una vez");
    bob.say("para ti", { to: "ana" });
    await using ana = await Bot.join(two.port, "ana", { resume: { token, after } });
    assertEquals([ana.token, ana.nick], [token, "ana"]);
    assertEquals((await ana.untilMessage("para ti")).kind, "private");
    // Sending an unacknowledged message again gets the same ack.
    ana.say("una vez", { ref });
    assertEquals(await ana.untilAcked(ref), after);
    await ana.untilAcked(ana.say("dos veces no"));
    await bob.untilMessage("dos veces no");
    assertEquals(bob.texts, ["una vez", "dos veces no"]);
    assertEquals(ana.texts, ["para ti"]);
    assertEquals([bob.count("joined"), bob.count("left")], [1, 0]);
  },
);

faultStep(
  "a script whose hub is killed loses and duplicates nothing",
  async () => {
    const LINES = 60;
    await using nats = await startNats();
    await using cluster = await startHubs(2, nats.url);
    const [one, two] = cluster.hubs as [Hub, Hub];
    await using reader = await Bot.join(two.port, "reader");
    await using script = new Program(
      chat("client", addressOf(one), addressOf(two), "--name", "script"),
    );
    const lines = Array.from({ length: LINES }, (_, number) => `line ${number}`);
    script.write(lines.slice(0, 20).map((line) => `${line}\n`).join(""));
    await reader.untilMessage("line 5");
    one.kill("SIGKILL");
    script.write(lines.slice(20, 40).map((line) => `${line}\n`).join(""));
    await reader.untilMessage("line 39");
    await using again = await restartHub(one, nats.url);
    await using other = await Bot.join(again.port, "other");
    script.write(lines.slice(40).map((line) => `${line}\n`).join(""));
    script.endInput();
    assertEquals((await script.exit()).code, 0, script.stderr());
    await reader.untilMessage(lines.at(-1)!);
    await other.untilMessage(lines.at(-1)!);
    assertEquals(reader.texts, lines);
    assertEquals(other.texts.join(), lines.slice(-other.texts.length).join());
  },
);

faultStep(
  "when a NATS server is killed all are notified, and messages get through later",
  async () => {
    await using nats = await startNats();
    await using cluster = await startHubs(2, nats.url);
    const [one, two] = cluster.hubs as [Hub, Hub];
    await using bob = await Bot.join(two.port, "bob");
    await using ana = await joinAny([one], "ana");
    await outage(ana, bob, {
      begin: () => nats.kill(),
      end: () => nats.start(),
    });
  },
);

/** Lets two users talk before, during and after an outage. */
async function outage(
  ana: TestTerminal,
  bob: Bot,
  { begin, end }: { begin: () => Promise<void>; end: () => Promise<void> },
): Promise<void> {
  ana.type("antes\r");
  await bob.untilMessage("antes");
  await begin();
  const sent = ["uno", "dos", "tres"];
  bob.say("de bob");
  await bob.until("notice", ({ code }) => code === "cluster_lost");
  ana.type(sent.map((text) => `${text}\r`).join(""));
  await ana.until(/^… {5}ana: tres$/m);
  ana.type("un borrador");
  await untilInput(ana, placed("ana", narrow("un borrador"), 80));
  await end();
  await bob.until("notice", ({ code }) => code === "cluster_back");
  if (!bob.texts.includes("tres")) await bob.untilMessage("tres");
  await untilInput(ana, placed("ana", narrow("un borrador"), 80), "bob: de bob");
  await ana.until(/^\d\d:\d\d ana: tres$/m);
  ana.type("\r");
  await bob.untilMessage("un borrador");
  await ana.until(/^\d\d:\d\d ana: un borrador$/m);
  assertEquals(bob.texts, ["antes", ...sent, "un borrador"]);
  assertEquals([bob.count("ack"), bob.count("left"), bob.count("joined")], [1, 0, 1]);
  const rows = history(ana);
  assertEquals(rows.filter((row) => row === "bob: de bob").length, 1);
  assertEquals(
    rows.filter((row) => /^ana: /.test(row)),
    ["ana: antes", ...sent.map((text) => `ana: ${text}`), "ana: un borrador"],
  );
}

faultStep(
  "when a hub stops, its users move or leave at once",
  async () => {
    await using nats = await startNats();
    await using cluster = await startHubs(2, nats.url);
    const [one, two] = cluster.hubs as [Hub, Hub];
    await using bob = await Bot.join(two.port, "bob");
    await using luis = await joinWithNc(one.port, "luis");
    await using script = new Program(
      chat("client", addressOf(one), addressOf(two), "--name", "script", "--json"),
    );
    await script.untilStdout('"type":"welcome"');
    luis.send("hola\n");
    await bob.untilMessage("hola");
    one.kill("SIGTERM");
    assertEquals((await one.exit()).code, 0, one.stderr());
    await luis.until("* disconnected: the hub is stopping");
    assertEquals((await bob.until("left")).nick, "luis");
    await script.untilStdout(`{"type":"moved","address":"${addressOf(two)}"}`);
    script.write("sigo aquí\n");
    await bob.untilMessage("sigo aquí");
    assertEquals(bob.count("left", (frame) => "nick" in frame && frame.nick === "script"), 0);
    assert(!script.stdout().includes('"restarted"'), script.stdout());
  },
);

/** The election of new leaders is slow on a busy machine. */
const ELECTED_MS = 120_000;

// Not among the concurrent steps, which would slow the election.
testWithNats("the chat goes on when the leader of three NATS servers is killed", async () => {
  await using servers = await startNatsCluster(3);
  await using cluster = await startHubs(2, servers.urls);
  const [one, two] = cluster.hubs as [Hub, Hub];
  await using ana = await Bot.join(one.port, "ana");
  await using bob = await Bot.join(two.port, "bob", { deadlineMs: ELECTED_MS });
  const wanted: string[] = [];
  const talk = async (what: string) => {
    for (let number = 0; number < 20; number++) {
      wanted.push(`${what} ${number}`);
      ana.say(wanted.at(-1)!);
    }
    await bob.untilMessage(wanted.at(-1)!);
  };
  await talk("before");
  const leader = await servers.leader("chat-chat");
  const talking = talk("meanwhile");
  await leader.kill();
  await talking;
  await talk("without it");
  await leader.start();
  await talk("with it");
  assertEquals(bob.texts, wanted);
  assertEquals([bob.count("left"), bob.count("joined")], [0, 0]);
});
