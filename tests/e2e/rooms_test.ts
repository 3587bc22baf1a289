/** Rooms, private messages and the history, in a terminal and in a pipe. */

import { assertEquals, assertMatch } from "@std/assert";
import { runChat, startHub } from "../support/program.ts";
import { history, join, joinWithNc, narrow, placed, testInPty, untilInput } from "./people.ts";

testInPty(
  "the prompt names a room that is not the first, and lines of other rooms are marked",
  async () => {
    await using hub = await startHub(["--rate", "0"]);
    await using bob = await joinWithNc(hub.port, "bob");
    await using ana = await join(hub, "ana", { args: ["--lang", "es"] });
    ana.type("/entrar dev\r");
    await untilInput(ana, placed("#dev ana", [], 80), "estás en #dev (1 aquí: ana)");
    ana.type("/tema Deno 日本\rborrador");
    await ana.until("* tema: Deno 日本");
    bob.send("para todos\n");
    const counted = placed("[dev] general:1 ana", narrow("borrador"), 80);
    await untilInput(ana, counted, "#general bob: para todos");
    bob.send("/join dev\nen dev\n/topic\n");
    await ana.until("bob: en dev");
    await bob.until("* topic: Deno 日本");
    assertEquals(history(ana).slice(-3), [
      "#general bob: para todos",
      "* bob ha entrado (2 aquí)",
      "bob: en dev",
    ]);
    ana.press("ctrl-c");
    ana.type("/dejar\r");
    await untilInput(ana, placed("ana", [], 80), "has dejado #dev y estás en #general");
  },
);

testInPty(
  "a private message is marked for its receiver, and shown to its sender",
  async () => {
    await using hub = await startHub(["--rate", "0"]);
    await using ana = await join(hub, "ana");
    await using luis = await join(hub, "luis", { args: ["--lang", "es"] });
    ana.type("/msg LUIS solo para ti\r");
    await luis.until("[privado] ana: solo para ti");
    luis.type("/r gracias\r");
    await ana.until("[private] luis: gracias");
    await luis.until(/\d \[privado\] a ana: gracias/);
    ana.type("/msg lius hola\r");
    await ana.until('! nobody here is called "lius"; did you mean luis?');
  },
);

testInPty("a late member sees the latest messages, and can ask for more", async () => {
  await using hub = await startHub(["--rate", "0", "--history", "2"]);
  await using bob = await joinWithNc(hub.port, "bob");
  await bob.send("una\ndos\ntres\n/quien\n");
  await bob.until("* 1 here");
  await using ana = await join(hub, "ana");
  assertEquals(history(ana).slice(2), ["* --- the last 2 messages ---", "bob: dos", "bob: tres"]);
  const { code, stdout } = await runChat(["client", "127.0.0.1", String(hub.port)], {
    stdin: "/history 1\n",
  });
  assertEquals(code, 0);
  assertMatch(stdout, /\* --- the last message ---\nbob: tres\n/);
});

testInPty(
  "a line that begins with a room goes there, and what is unread elsewhere is counted",
  async () => {
    await using hub = await startHub(["--rate", "0"]);
    await using bob = await joinWithNc(hub.port, "bob");
    await using ana = await join(hub, "ana");
    await bob.send("/join dev\n");
    await bob.until("* you are in #dev");
    ana.type("#dev secret\r");
    await ana.until("! not sent: #dev secret");
    ana.type("/join dev\r/join general\rdraft");
    await untilInput(ana, placed("ana", narrow("draft"), 80), "* you are in #general");
    bob.send("one\n@ana two\n");
    await untilInput(
      ana,
      placed("[general] dev:2! ana", narrow("draft"), 80),
      "#dev bob: @ana two",
    );
    ana.press("ctrl-c");
    ana.type("#de\t");
    await untilInput(ana, placed("[general] dev:2! ana", [...narrow("#dev"), [" ", 1]], 80));
    ana.type("three\r");
    await untilInput(ana, placed("ana", [], 80), "#dev ana: three");
    ana.type("#dev \x1b[200~of two\rlines\x1b[201~\r");
    await bob.until("ana: three");
    await bob.until("ana: of two");
    assertEquals(await bob.until("  | lines"), "  | lines");
    bob.send("four\n");
    await untilInput(ana, placed("[general] dev:1 ana", [], 80), "#dev bob: four");
    ana.type("/join dev\r");
    await untilInput(ana, placed("#dev ana", [], 80), "#dev: one unread message above; /history 1");
  },
);

testInPty("a line shows where the user left off when the window lost the focus", async () => {
  await using hub = await startHub(["--rate", "0"]);
  await using bob = await joinWithNc(hub.port, "bob");
  await using ana = await join(hub, "ana", { args: ["--lang", "es"] });
  ana.type("dra");
  await untilInput(ana, placed("ana", narrow("dra"), 80));
  ana.type("\x1b[O");
  let said = 0;
  const sayNext = async () => {
    bob.send(`number ${++said}\n`);
    await ana.until(`bob: number ${said}`);
  };
  // The report and the messages come over different ways.
  while (!ana.text().includes("--- mensajes nuevos ---")) await sayNext();
  const first = said;
  await sayNext();
  assertEquals(history(ana).slice(-3), [
    "* --- mensajes nuevos ---",
    `bob: number ${first}`,
    `bob: number ${first + 1}`,
  ]);
});

Deno.test("a pipe, --send and --json read the room before a text alike, but not in a frame", async () => {
  await using hub = await startHub();
  await using bob = await joinWithNc(hub.port, "bob");
  await bob.send("/join dev\n");
  await bob.until("* you are in #dev");
  const lines = "/join dev\n#general: one\n #dev two\n";
  const frame = JSON.stringify({ type: "say", text: "#dev three" });
  const run = (stdin: string, ...args: string[]) =>
    runChat(["client", "127.0.0.1", String(hub.port), "--name", "ana", ...args], { stdin });
  assertEquals((await run(lines)).code, 0);
  assertEquals((await run(`${lines}${frame}\n`, "--json")).code, 0);
  assertEquals((await run("", "--room", "dev", "--send", "#dev four")).code, 0);
  const { code, stderr } = await run("", "--send", "#dev five");
  assertEquals([code, stderr], [1, '! you are not in the room "dev": /join ROOM joins a room\n']);
  bob.send("last\n/who\n");
  await bob.until("here: bob");
  const said = new TextDecoder().decode(bob.received()).match(/^.*ana: .*$/gm);
  assertEquals(said, [
    "#general ana: one",
    "ana: two",
    "#general ana: one",
    "ana: two",
    "ana: #dev three",
    "ana: four",
  ]);
});

testInPty("a user who is put out of a room is told why, and goes on in another one", async () => {
  await using hub = await startHub(["--rate", "0"]);
  await using bob = await joinWithNc(hub.port, "bob");
  await using ana = await join(hub, "ana", { args: ["--lang", "es"] });
  bob.send("/join dev\n");
  await bob.until("* you have opened #dev, and moderate it: /help lists what you can do");
  ana.type("/entrar dev\r");
  await untilInput(ana, placed("#dev ana", [], 80), "estás en #dev (2 aquí: bob, ana)");
  bob.send("/remove ana demasiado ruido 🎉\n");
  await bob.until("* ana left: put out by bob: demasiado ruido 🎉 (1 here)");
  const told = "* bob te ha sacado de #dev y estás en #general: demasiado ruido 🎉";
  await untilInput(ana, placed("ana", [], 80), told);
  ana.type("¿aquí?\r");
  await bob.until("#general ana: ¿aquí?");
});
