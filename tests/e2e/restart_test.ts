/** With --db, what moderators have set holds after every end of the hub, and moderators still come in. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { chat, runChat, startHub } from "../support/program.ts";
import { tempDirectory } from "../support/temp.ts";
import { TestTerminal } from "../support/terminal.ts";
import { clientArgs, join, joinAsBot, joinWithNc, testInPty } from "./people.ts";

for (const signal of ["SIGTERM", "SIGKILL"] as const) {
  testInPty(
    `after ${signal} and a start with the same --db, bans, mutes and the settings of rooms hold`,
    async () => {
      await using directory = await tempDirectory();
      const file = `${directory.path}/mod`;
      await Deno.writeTextFile(file, "chalk\n", { mode: 0o600 });
      const args = [
        "--db",
        `${directory.path}/chat.db`,
        "--mod-password-file",
        file,
        "--log",
        "debug",
      ];
      {
        await using hub = await startHub(args);
        await using mod = await joinWithNc(hub.port, "mod");
        await using ana = await joinAsBot(hub, "ana");
        await using _eva = await joinWithNc(hub.port, "eva");
        await using bob = await joinWithNc(hub.port, "bob");
        ana.reset();
        await hub.untilStderr(/msg=disconnected/);
        mod.send("/mod chalk\n/ban bob\n/mute eva 60\n/topic tea\n/slow 30\n/lock\n");
        await mod.until("* #general is locked");
        await bob.closed();
        mod.send("/msg ana are you there?\n");
        await mod.until("* ana has lost the connection");
        hub.kill(signal);
        if (signal === "SIGTERM") {
          await mod.until("* ana did not return, and never got your message: are you there?");
          await mod.until("* disconnected: the hub is stopping");
        }
        await hub.exit();
      }
      await using hub = await startHub(args);
      const refused = await runChat(clientArgs(hub, "--send", "hola"));
      assertEquals(refused.code, 3);
      assertMatch(refused.stderr, /moderators join with their password, by --password-file FILE/);
      await using mod = await join(hub, "mo", { args: ["--password-file", file], cols: 200 });
      await mod.until("* you are a moderator now");
      mod.type("/bans\r/mutes\r/topic\r/slow\r/unlock\r");
      await mod.until("bob, by mod");
      await mod.until("eva, by mod: 60 minutes left");
      await mod.until("* topic: tea");
      await mod.until("#general is in slow mode: one message every 30 seconds");
      await mod.until("#general is unlocked");
      await using eva = await joinWithNc(hub.port, "eva2");
      eva.send("/name bob\n");
      await eva.until("! ");
      hub.kill();
      await hub.exit();
    },
  );
}

testInPty("whoever hosts a hub that was locked when it stopped is in, as a moderator", async () => {
  await using directory = await tempDirectory();
  const file = `${directory.path}/mod`;
  await Deno.writeTextFile(file, "chalk\n", { mode: 0o600 });
  const args = ["--db", `${directory.path}/chat.db`, "--mod-password-file", file];
  for (const command of ["/lock\r", "/unlock\r"]) {
    const line = chat("server", "127.0.0.1", "0", "--join", "--name", "ana", ...args);
    await using host = TestTerminal.open(line);
    await host.until("* you are a moderator now");
    host.type(command);
    await host.until(/#general is (un)?locked/);
    host.press("ctrl-d");
    assertEquals((await host.exit()).code, 0);
    assert(!host.raw().includes("chalk"));
  }
});
