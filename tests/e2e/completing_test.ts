/** Tab completes nicks, rooms and commands in the hub's spelling. */

import { assertEquals } from "@std/assert";
import { startHub } from "../support/program.ts";
import type { TestTerminal } from "../support/terminal.ts";
import { count, join, joinWithNc, narrow, placed, testInPty, untilInput } from "./people.ts";
import { ScriptedHub } from "./scripted_hub.ts";

/** Waits until the input is this line, with the cursor at its end by default. */
async function untilLine(terminal: TestTerminal, line: string, cursor = line.length) {
  await untilInput(terminal, placed("ana", narrow(line), 80, cursor));
}

testInPty("Tab completes nicks without their accents, and commands in both languages", async () => {
  await using hub = await startHub();
  await using jose = await joinWithNc(hub.port, "José");
  await using ana = await join(hub, "ana");
  ana.type("jos\t");
  await untilLine(ana, "José: ");
  ana.type("hola JO\t");
  await untilLine(ana, "José: hola José ");
  ana.press("enter");
  await jose.until("ana: José: hola José ");
  ana.type("/nom\t");
  await untilLine(ana, "/nombre ");
  ana.press("ctrl-u");
  ana.type("/limp\t");
  await untilLine(ana, "/limpiar ");
  ana.press("ctrl-u");
  ana.type("/ms\tj\thola\r");
  await jose.until("[private] ana: hola");
});

testInPty(
  "several candidates are listed once, above the line, the latest speaker first",
  async () => {
    await using hub = await startHub();
    await using bea = await joinWithNc(hub.port, "bea");
    await using bego = await joinWithNc(hub.port, "bego");
    await using ana = await join(hub, "ana");
    bea.send("hola\n");
    await ana.until("bea: hola");
    bego.send("hola\n");
    await ana.until("bego: hola");
    ana.type("b\t");
    await untilLine(ana, "be");
    ana.type("\t\t\t");
    await ana.until("* bego, bea");
    ana.type("a\t");
    await untilLine(ana, "bea: ");
    assertEquals(count(ana.text(), "* bego, bea"), 1);
  },
);

testInPty("Tab writes emoji, and lists at most 24 names", async () => {
  await using hub = await startHub();
  await using ana = await join(hub, "ana", { cols: 120 });
  ana.type(":smi\t");
  await ana.until(/\* :smiley: 😃, :smile: 😄, .*:smirk: 😏/);
  ana.press("ctrl-u");
  ana.type(":he\t");
  const [, listed] = await ana.until(/\* (:he[^*]*), and \d+ more/);
  assertEquals(listed!.split(/,\s/).length, 24);
  ana.press("ctrl-u");
  ana.type("hola :tada:\t");
  await untilInput(ana, placed("ana", [...narrow("hola "), ["🎉", 2]], 120));
});

testInPty("rooms are completed once a frame has named them", async () => {
  await using hub = await startHub();
  await using bob = await joinWithNc(hub.port, "bob");
  bob.send("/join desarrollo\n");
  await bob.until("* you are in #desarrollo");
  await using ana = await join(hub, "ana");
  ana.type("/entrar de\t");
  await untilLine(ana, "/entrar de");
  ana.press("ctrl-u");
  ana.type("/rooms\r");
  await ana.until("#desarrollo (1 here)");
  ana.type("/entrar de\t");
  await untilLine(ana, "/entrar desarrollo ");
  ana.press("enter");
  await ana.until("#desarrollo ana>");
});

testInPty("nothing is completed in a password", async () => {
  using hub = new ScriptedHub();
  const joining = join(hub, "ana");
  await hub.accept();
  await hub.frame();
  await hub.welcome("ana", { members: ["ana", "José"], count: 2 });
  await using ana = await joining;
  ana.type("/mod\rjos\t\r");
  assertEquals((await hub.frame())?.["line"], "/mod jos");
});
