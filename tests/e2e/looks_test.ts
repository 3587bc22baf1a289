/** How messages look in the terminal: URLs, markup and the user's own private messages. */

import { assert, assertEquals } from "@std/assert";
import { startHub } from "../support/program.ts";
import { count, join, type JoinOptions, joinWithNc, testInPty } from "./people.ts";

const URL = "https://ci.example.org/pipelines/9182734/jobs/55512?tab=log&line=1204#L1204";

testInPty(
  "a URL is whole at any width, and a link where the terminal is known to take one",
  async () => {
    await using hub = await startHub();
    await using bob = await joinWithNc(hub.port, "bob");
    const kitty = { KITTY_WINDOW_ID: "1" };
    const cases: readonly [isLink: boolean, JoinOptions][] = [
      [false, { cols: 40 }],
      [true, { cols: 40, env: kitty }],
      [true, { env: kitty }],
      [false, { cols: 40, env: { ...kitty, TMUX: "/tmp/tmux,1,0" } }],
      [false, { env: { ...kitty, NO_COLOR: "1" } }],
    ];
    for (const [isLink, options] of cases) {
      await using ana = await join(hub, "ana", options);
      bob.send(`see ${URL}\nthat was all\n`);
      await ana.until("that was all");
      const lines = ana.text({ joinWrapped: true }).split("\n");
      assert(lines.includes(URL), lines.join("\n"));
      assertEquals(
        ana.raw().includes(`\x1b]8;id=chat;${URL}\x1b\\`),
        isLink,
        JSON.stringify(options),
      );
      ana.type("/exit\r");
      await ana.exit();
    }
  },
);

testInPty("code and bold text look different, unless --markup none", async () => {
  await using hub = await startHub();
  await using bob = await joinWithNc(hub.port, "bob");
  for (const args of [[], ["--markup", "none"]]) {
    await using ana = await join(hub, "ana", { args });
    bob.send("run `ls` *now*\n");
    await ana.until("bob: run `ls` *now*");
    const { x, y } = ana.cellOf("run `ls` *now*");
    const [code, bold] = [ana.cell(x + 5, y), ana.cell(x + 10, y)];
    assertEquals(
      [code.fg !== "default", bold.bold],
      args.length === 0 ? [true, true] : [false, false],
    );
    ana.type("/exit\r");
    await ana.exit();
  }
});

testInPty("a private message and its answer are shown once", async () => {
  await using hub = await startHub();
  await using bob = await joinWithNc(hub.port, "bob");
  await using ana = await join(hub, "ana");
  ana.type("/msg bob uno\r");
  await bob.until("[private] ana: uno");
  await ana.until(/\d [[]private[\]] to bob: uno/);
  bob.send("/r dos\n");
  await ana.until("[private] bob: dos");
  ana.type("/r tres\r");
  await ana.until(/\d [[]private[\]] to bob: tres/);
  assertEquals([count(ana.text(), "uno"), count(ana.text(), "tres")], [1, 1]);
  ana.type("/msg nobody cuatro\r");
  await ana.until("› /msg nobody cuatro");
});
