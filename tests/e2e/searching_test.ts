/** Searching what was said and being away, as users see them. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { runChat, startHub } from "../support/program.ts";
import { tempDirectory } from "../support/temp.ts";
import { clientArgs, history, join, joinWithNc, testInPty } from "./people.ts";

const TIME = "\\[\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d\\]";

testInPty(
  "messages of before a restart are found at a terminal, with nc and by a script",
  async () => {
    await using directory = await tempDirectory();
    const args = ["--rate", "0", "--db", `${directory.path}/chat.db`];
    {
      await using hub = await startHub(args);
      await using bob = await joinWithNc(hub.port, "bob");
      bob.send("¿Y la REUNIÓN?\nes el martes\n/me busca la reunio\u0301n\n/who\n");
      await bob.until("* 1 here: bob");
      hub.kill("SIGTERM");
      await hub.exit();
    }
    await using hub = await startHub(args);
    await using ana = await join(hub, "ana", { args: ["--lang", "es", "--no-history"] });
    ana.type('/buscar "reunion"\r');
    await ana.until("bob: ¿Y la REUNIÓN?");
    assertEquals(history(ana).slice(-4), [
      '› /buscar "reunion"',
      '* --- 2 mensajes con ""reunion"", primero los más recientes ---',
      "* bob busca la reunio\u0301n",
      "bob: ¿Y la REUNIÓN?",
    ]);
    ana.type("/buscar reun\r");
    await ana.until("* no hay aquí un mensaje");

    await using eva = await joinWithNc(hub.port, "eva");
    eva.send("/search martes\n");
    await eva.until('* --- one message with "martes" ---');
    assertMatch(await eva.line(), new RegExp(`^${TIME} bob: es el martes$`));

    const sent = await runChat(clientArgs(hub, "--send", "/search martes"));
    assertMatch(sent.stdout, new RegExp(`^${TIME} bob: es el martes\\n$`));
    assert(sent.code === 0, sent.stderr);
  },
);

testInPty("a user who is away is shown so until they write", async () => {
  await using hub = await startHub(["--rate", "0"]);
  await using ana = await join(hub, "ana");
  await using bob = await joinWithNc(hub.port, "bob");
  bob.send("/away lunch\n");
  await bob.until("* you are shown as away until you write, or type /away again: lunch");
  ana.type("/who\r/msg bob hola\r");
  await ana.until("* bob is away: lunch");
  await ana.until("* 2 here: ana, bob (away: lunch)");
  bob.send("de vuelta\n");
  await bob.until("* you have written something, and are no longer shown as away");
  ana.type("/who\r");
  await ana.until("* 2 here: ana, bob\n");
});
