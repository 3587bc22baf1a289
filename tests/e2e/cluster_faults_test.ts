/**
 * What several hubs of the real program do when one of them is killed, and when a NATS server is: who is there goes on, and
 * nothing is lost, doubled or told in another order.
 */

import { assert, assertEquals } from "@std/assert";
import { NATS_MISSING, startNats, startNatsCluster } from "../support/nats.ts";
import { chat, type Hub, Program } from "../support/program.ts";
import { NO_PTY, type TestTerminal } from "../support/terminal.ts";
import { at, Bot, joinAny, startAgain, startHubs, testWithNats } from "./hubs.ts";
import { count, history, joinBare, narrow, placed, untilInput } from "./people.ts";

/** What is tried: most of the time each of these waits, so that all of them go on at the same time. */
const trials: [what: string, run: () => Promise<void>][] = [];

/** Tries that, with the others. */
function failing(what: string, run: () => Promise<void>): void {
  trials.push([what, run]);
}

Deno.test({
  name: "when hubs and NATS servers fail, who is there goes on",
  ignore: NATS_MISSING || NO_PTY,
  fn: async (t) => {
    // Those of the whole test hold for all of them.
    const sanitizers = { sanitizeOps: false, sanitizeResources: false, sanitizeExit: false };
    await Promise.all(trials.map(([name, fn]) => t.step({ name, fn, ...sanitizers })));
  },
});

/** A hub that was killed is given up by the others after less than 30 s; this is how long a test waits for it. */
const GIVEN_UP_MS = 60_000;

failing(
  "whose hub is killed goes on at another one, and nobody there saw it go",
  async () => {
    await using nats = await startNats();
    await using cluster = await startHubs(2, nats.url);
    const [one, two] = cluster.hubs as [Hub, Hub];
    await using bob = await Bot.join(two.port, "bob", { deadlineMs: GIVEN_UP_MS });
    await using ana = await joinAny([one, two], "ana");
    await using luis = await joinBare(one.port, "luis"); // with nc: who cannot come back
    ana.type("/join dev\r");
    await untilInput(ana, placed("#dev ana", [], 80), "you are in #dev");
    ana.type("/join general\r");
    await untilInput(ana, placed("ana", [], 80), "you are in #general");
    ana.type("antes\r");
    await bob.untilHeard("antes");
    bob.command("/join dev");
    await bob.until("reply");
    ana.type("un borrador");
    await untilInput(ana, placed("ana", narrow("un borrador"), 80));
    const before = bob.frames.length;

    one.kill("SIGKILL");
    // Said while ana is nowhere, or where she is already: she gets it once in either case.
    await bob.untilAcked(bob.say("mientras tanto", { room: "general" }));
    await bob.untilAcked(bob.say("en dev", { room: "dev" }));
    await untilInput(
      ana,
      placed("ana", narrow("un borrador"), 80),
      `* now connected to ${at(two)}`,
    );
    await ana.until("* reconnected");
    await ana.until("bob: mientras tanto");
    await ana.until("#dev bob: en dev");
    ana.type(" y más\r");
    await bob.untilHeard("un borrador y más");
    await bob.untilAcked(bob.say("adiós", { room: "general" }));
    await untilInput(ana, placed("ana", [], 80), "bob: adiós");
    const rows = history(ana).join("\n");
    for (const text of ["bob: mientras tanto", "#dev bob: en dev", "ana: antes", "bob: adiós"]) {
      assertEquals(count(rows, text), 1, rows);
    }
    assert(!rows.includes("new session"), rows);

    // Who does not come back is told as gone once, and the nick is free then.
    const left = await bob.until("left", ({ room }) => room === "general");
    assertEquals([left.nick, left.count], ["luis", 2]);
    await using next = await Bot.join(two.port, "luis");
    assertEquals(next.nick, "luis");
    await bob.until("joined", ({ nick }) => nick === "luis");
    await next.untilAcked(next.say("soy otro"));
    await bob.untilHeard("soy otro");
    const told = bob.frames.slice(before).filter(({ type }) =>
      type === "joined" || type === "left"
    );
    assertEquals(told.map((frame) => "nick" in frame && [frame.type, frame.nick]), [
      ["left", "luis"],
      ["joined", "luis"],
    ]);
    assertEquals(luis.pending().filter((line) => line.startsWith("* disconnected")), []);
  },
);

failing(
  "who is on the way to another hub loses no private message, and doubles none",
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
    await bob.untilHeard("una vez");
    bob.say("para ti", { to: "ana" });
    await using ana = await Bot.join(two.port, "ana", { resume: { token, after } });
    assertEquals([ana.token, ana.nick], [token, "ana"]);
    assertEquals((await ana.untilHeard("para ti")).kind, "private");
    // What it does not know to be accepted it sends again, and gets the same answer.
    ana.say("una vez", { ref });
    assertEquals(await ana.untilAcked(ref), after);
    await ana.untilAcked(ana.say("dos veces no"));
    await bob.untilHeard("dos veces no");
    assertEquals(bob.heard, ["una vez", "dos veces no"]);
    assertEquals(ana.heard, ["para ti"]);
    assertEquals([bob.count("joined"), bob.count("left")], [1, 0]);
  },
);

failing(
  "a script at a hub that is killed again and again loses and doubles nothing",
  async () => {
    const LINES = 60;
    await using nats = await startNats();
    await using cluster = await startHubs(2, nats.url);
    const [one, two] = cluster.hubs as [Hub, Hub];
    await using reader = await Bot.join(two.port, "reader");
    await using script = new Program(chat("client", at(one), at(two), "--name", "script"));
    const lines = Array.from({ length: LINES }, (_, number) => `line ${number}`);
    script.write(lines.slice(0, 20).map((line) => `${line}\n`).join(""));
    await reader.untilHeard("line 5");
    one.kill("SIGKILL");
    script.write(lines.slice(20, 40).map((line) => `${line}\n`).join(""));
    await reader.untilHeard("line 39");
    await using again = await startAgain(one, nats.url);
    await using other = await Bot.join(again.port, "other");
    script.write(lines.slice(40).map((line) => `${line}\n`).join(""));
    script.endInput();
    assertEquals((await script.exit()).code, 0, script.stderr());
    await reader.untilHeard(lines.at(-1)!);
    await other.untilHeard(lines.at(-1)!);
    assertEquals(reader.heard, lines);
    assertEquals(other.heard.join(), lines.slice(-other.heard.length).join());
  },
);

failing(
  "a NATS server is killed: all are told, and what is typed comes through",
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

failing("a NATS server stands still: the same, as soon as that is noticed", async () => {
  await using nats = await startNats();
  await using cluster = await startHubs(2, nats.url);
  const [one, two] = cluster.hubs as [Hub, Hub];
  await using bob = await Bot.join(two.port, "bob");
  await using ana = await joinAny([one], "ana");
  await outage(ana, bob, {
    begin: () => Promise.resolve(nats.pause()),
    end: () => Promise.resolve(nats.resume()),
  });
});

/** Two talk before, while and after nothing is accepted. */
async function outage(
  ana: TestTerminal,
  bob: Bot,
  { begin, end }: { begin: () => Promise<void>; end: () => Promise<void> },
): Promise<void> {
  ana.type("antes\r");
  await bob.untilHeard("antes");
  await begin();
  const said = ["uno", "dos", "tres"];
  bob.say("de bob");
  await bob.until("notice", ({ code }) => code === "cluster_lost");
  ana.type(said.map((text) => `${text}\r`).join(""));
  await ana.until(/^… {5}ana: tres$/m);
  ana.type("un borrador");
  await untilInput(ana, placed("ana", narrow("un borrador"), 80));
  await end();
  await bob.until("notice", ({ code }) => code === "cluster_back");
  if (!bob.heard.includes("tres")) await bob.untilHeard("tres");
  await untilInput(ana, placed("ana", narrow("un borrador"), 80), "bob: de bob");
  await ana.until(/^\d\d:\d\d ana: tres$/m);
  ana.type("\r");
  await bob.untilHeard("un borrador");
  await ana.until(/^\d\d:\d\d ana: un borrador$/m);
  assertEquals(bob.heard, ["antes", ...said, "un borrador"]);
  assertEquals([bob.count("ack"), bob.count("left"), bob.count("joined")], [1, 0, 1]);
  const rows = history(ana);
  assertEquals(rows.filter((row) => row === "bob: de bob").length, 1);
  assertEquals(
    rows.filter((row) => /^ana: /.test(row)),
    ["ana: antes", ...said.map((text) => `ana: ${text}`), "ana: un borrador"],
  );
}

failing(
  "a hub that ends says so, and its people go on elsewhere or are gone at once",
  async () => {
    await using nats = await startNats();
    await using cluster = await startHubs(2, nats.url);
    const [one, two] = cluster.hubs as [Hub, Hub];
    await using bob = await Bot.join(two.port, "bob");
    await using luis = await joinBare(one.port, "luis");
    await using script = new Program(
      chat("client", at(one), at(two), "--name", "script", "--json"),
    );
    await script.untilStdout('"type":"welcome"');
    luis.send("hola\n");
    await bob.untilHeard("hola");
    one.kill("SIGTERM");
    assertEquals((await one.exit()).code, 0, one.stderr());
    await luis.until("* disconnected: the hub is stopping");
    assertEquals((await bob.until("left")).nick, "luis");
    await script.untilStdout(`{"type":"moved","address":"${at(two)}"}`);
    script.write("sigo aquí\n");
    await bob.untilHeard("sigo aquí");
    assertEquals(bob.count("left", (frame) => "nick" in frame && frame.nick === "script"), 0);
    assert(!script.stdout().includes('"restarted"'), script.stdout());
  },
);

/** Those that are left elect another leader of all that there is, which takes as long as the machine is busy. */
const ELECTED_MS = 120_000;

// By itself: with the others it would be about how busy the machine is.
testWithNats("of three NATS servers one is killed, the leader too: the chat goes on", async () => {
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
    await bob.untilHeard(wanted.at(-1)!);
  };
  await talk("before");
  const leader = await servers.leader("chat-chat");
  const talking = talk("meanwhile");
  await leader.kill();
  await talking;
  await talk("without it");
  await leader.start();
  await talk("with it");
  assertEquals(bob.heard, wanted);
  assertEquals([bob.count("left"), bob.count("joined")], [0, 0]);
});
