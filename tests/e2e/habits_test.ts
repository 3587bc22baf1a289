/** What people type out of habit: words without a slash, commands of other programs, names with spaces. */

import { assert, assertEquals } from "@std/assert";
import { runChat, startHub } from "../support/program.ts";
import { count, history, join, joinWithNc, placed, testInPty, untilInput } from "./people.ts";

testInPty("a word that was meant to leave or to get help is said, and gets one hint", async () => {
  await using hub = await startHub();
  await using bob = await joinWithNc(hub.port, "bob");
  await using ana = await join(hub, "ana", { args: ["--lang", "es"] });
  ana.type("salir\rayuda\rexit\r/quien\r");
  await ana.until("* 2 aquí: bob, ana");
  const said = history(ana).slice(-6);
  assertEquals(
    said,
    [
      "ana: salir",
      "* para salir: /salir",
      "ana: ayuda",
      "* para ver la ayuda: /ayuda",
      "ana: exit",
      "› /quien",
      "* 2 aquí: bob, ana",
    ].slice(-6),
  );
  for (const word of ["salir", "ayuda", "exit"]) await bob.until(`ana: ${word}`);
  bob.send(":q!\n");
  await bob.until("* to leave: /exit");
});

testInPty(
  "private messages by other names stay private, also with a space before them",
  async () => {
    await using hub = await startHub();
    await using bob = await joinWithNc(hub.port, "bob");
    await using ana = await join(hub, "ana", { cols: 120 });
    for (const name of ["w", "dm", "susurrar"]) {
      ana.type(`/${name} bob ${name}1\r`);
      await bob.until(`[private] ana: ${name}1`);
      ana.type(` /${name} bob ${name}2\r`);
      await ana.until(`type /${name} NAME TEXT with the slash first`);
    }
    ana.type("/history\r");
    await ana.until("* nothing has been said here yet");
  },
);

testInPty("the user's command stands once, above the messages that it asks for", async () => {
  await using hub = await startHub();
  await using bob = await joinWithNc(hub.port, "bob");
  bob.send("one\ntwo\n");
  await using ana = await join(hub, "ana");
  await ana.until("bob: two");
  ana.type("/history 2\r/who\r");
  await ana.until("* 2 here: bob, ana");
  const rows = history(ana);
  assertEquals(rows.slice(rows.indexOf("› /history 2")), [
    "› /history 2",
    "* --- the last 2 messages ---",
    "bob: one",
    "bob: two",
    "› /who",
    "* 2 here: bob, ana",
  ]);
  assertEquals(count(ana.text(), "› /history 2"), 1);
});

testInPty("Tab after a slash lists what the user may do, in the user's language", async () => {
  await using hub = await startHub();
  await using ana = await join(hub, "ana", { cols: 200, args: ["--lang", "es"] });
  ana.type("/\t");
  await ana.until("* /nombre, /quien,");
  const listed = history(ana).at(-1)!;
  for (const name of ["/who", "/moderar", "/expulsar", "/w"]) assert(!listed.includes(name), name);
  assert(listed.includes("/limpiar"), listed);
  ana.type("wh\t");
  await untilInput(ana, placed("ana", [["/who ", 5]], 200));
  ana.press("ctrl-u");
  ana.type("/ayuda limp\t\r");
  await ana.until("* limpia la pantalla");
});

Deno.test("a name with spaces is answered with one that works", async () => {
  await using hub = await startHub();
  const { stderr } = await runChat(
    [
      ...["client", "127.0.0.1", String(hub.port), "--lang", "es"],
      ...["--name", "José Luis", "--send", "/entrar tarea de mates"],
    ],
  );
  assertEquals(stderr, "! un nombre de sala no lleva espacios: prueba tarea-de-mates\n");
  const piped = await runChat(
    ["client", "127.0.0.1", String(hub.port), "--name", "José Luis"],
    { stdin: "/who\n" },
  );
  assert(piped.stdout.includes("a nick has no spaces; you are José_Luis"), piped.stdout);
});
