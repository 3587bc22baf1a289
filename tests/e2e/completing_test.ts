/** Tab completes nicks, rooms and commands in the hub's spelling. */

import { assertEquals } from "@std/assert";
import { startHub } from "../support/program.ts";
import type { TestTerminal } from "../support/terminal.ts";
import {
  count,
  history,
  join,
  joinWithNc,
  narrow,
  placed,
  testInPty,
  untilInput,
} from "./people.ts";
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
  ana.type("/no\t");
  await untilLine(ana, "/nombre ");
  ana.press("ctrl-u");
  ana.type("/limp\t");
  await untilLine(ana, "/limpiar ");
  ana.press("ctrl-u");
  ana.type("/ms\tj\thola\r");
  await jose.until("[private] ana: hola");
});

testInPty("Tab in the middle of a line leaves the text after it", async () => {
  await using hub = await startHub();
  await using _jose = await joinWithNc(hub.port, "José");
  await using ana = await join(hub, "ana");
  ana.type("ven jo aquí");
  ana.press("left", "left", "left", "left", "left", "tab");
  await untilLine(ana, "ven José aquí", 8);
  ana.type("!");
  await untilLine(ana, "ven José! aquí", 9);
});

testInPty("Tab does nothing if there is no candidate", async () => {
  await using hub = await startHub();
  await using ana = await join(hub, "ana");
  ana.type("\thola\t xyz\t /no\t");
  await untilLine(ana, "hola xyz /no");
  ana.press("shift-tab", "left", "left", "left", "left", "left", "tab");
  await untilLine(ana, "hola xyz /no", 7);
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

testInPty("a nick that is gone is no longer completed", async () => {
  await using hub = await startHub();
  await using bea = await joinWithNc(hub.port, "bea");
  await using carla = await joinWithNc(hub.port, "carla");
  await using ana = await join(hub, "ana");
  bea.send("/name zoe\n");
  await ana.until("* bea is now zoe");
  carla.send("/exit\n");
  await ana.until("* carla left");
  ana.type("be\t|carl\t|z\t");
  await untilLine(ana, "be|carl|z");
  ana.type(" z\t");
  await untilLine(ana, "be|carl|z zoe ");
  // The user's own current nick.
  ana.press("ctrl-u");
  ana.type("/name eva\r");
  await ana.until(/^eva>$/m);
  ana.type("an\tev\t");
  await ana.until(/^eva> anev$/m);
  ana.type(" ev\t");
  await ana.until(/^eva> anev eva$/m);
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

testInPty("of many candidates thirty are listed, and the others counted", async () => {
  using hub = new ScriptedHub();
  const joining = join(hub, "ana");
  await hub.accept();
  await hub.frame();
  const members = Array.from({ length: 100 }, (_, number) => `bot${number}`);
  await hub.welcome("ana", { members: [...members, "ana"], count: 101 });
  await using ana = await joining;
  ana.type("hola bot\t");
  await ana.until((it) => history(it).join(" ").replace(/ +/g, " ").includes("bot29, and 70 more"));
  await untilLine(ana, "hola bot");
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
