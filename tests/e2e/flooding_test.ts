/** A flood of the most expensive messages: what the user types appears while it lasts, and long messages are folded. */

import { assert, assertEquals } from "@std/assert";
import { heavyTexts } from "../support/heavy_texts.ts";
import type { Peer } from "../support/peer.ts";
import { startHub } from "../support/program.ts";
import {
  history,
  join,
  joinAsBot,
  joinScripted,
  narrow,
  placed,
  testInPty,
  untilInput,
} from "./people.ts";
import { ScriptedHub } from "./scripted_hub.ts";

const ROOM = "general";
const SIZE = { cols: 100, rows: 40 };
const message = (id: number, text: string) => (
  { type: "message", id, room: ROOM, nick: `eve${id % 5}`, text, ts: 0, kind: "say" }
);

for (const size of [60_000, 900_000]) {
  testInPty(`keys are shown during a flood of messages of ${size} bytes`, async () => {
    using hub = new ScriptedHub();
    await using ana = await joinScripted(hub, SIZE);
    let [id, isOver] = [0, false];
    const flood = (async () => {
      while (!isOver) {
        for (const [, text] of heavyTexts(size)) if (!isOver) await hub.send(message(++id, text));
      }
    })();
    flood.catch(() => {}); // a failed test closes the connection
    await ana.until("more lines", "the flood");
    let typed = "";
    for (const key of "typing") {
      ana.type(key);
      typed += key;
      await untilInput(ana, placed("ana", narrow(typed), SIZE.cols));
    }
    isOver = true;
    await flood;
    await hub.send(message(++id, "the last word"));
    await untilInput(ana, placed("ana", narrow(typed), SIZE.cols), "the last word");
  });
}

testInPty("a member reads what five peers send at once, and types meanwhile", async () => {
  await using hub = await startHub(["--rate", "0", "--burst", "0"]);
  await using ana = await join(hub, "ana", SIZE);
  await using peers = new AsyncDisposableStack();
  const eves: Peer[] = [];
  for (let number = 0; number < 5; number++) {
    eves.push(peers.use(await joinAsBot(hub, `eve${number}`)));
  }
  const texts = heavyTexts(40_000).filter(([, text]) => text.split("\n").length <= 200);
  let typed = "";
  for (const [kind, text] of texts) {
    for (const eve of eves) eve.sendFrame({ type: "say", ref: kind, text: `${kind}: ${text}.` });
    for (const eve of eves) await eve.untilFrame("ack");
    ana.type("x");
    typed += "x";
    await untilInput(ana, placed("ana", narrow(typed), SIZE.cols));
    for (const number of eves.keys()) await ana.until(`eve${number}: ${kind}:`);
  }
  assert(!hub.stderr().includes("slow_consumer"), hub.stderr());
});

testInPty(
  "a folded message stays as it is when the user types and resizes the window",
  async () => {
    using hub = new ScriptedHub();
    await using ana = await joinScripted(hub, { cols: 60, rows: 20 });
    const rows = Array.from({ length: 470 }, (_, row) => `row ${row}`);
    await hub.send(message(1, rows.join("\n")));
    const shown = [
      "eve1: row 0",
      ...rows.slice(1, 10).map((row) => `            ${row}`),
      "... 460 more lines",
    ];
    await ana.until(shown.at(-1)!);
    ana.type("hi");
    await untilInput(ana, placed("ana", narrow("hi"), 60));
    assertEquals(history(ana).slice(-11), shown);
    ana.resize(50, 30);
    await hub.send(message(2, "after"));
    await untilInput(ana, placed("ana", narrow("hi"), 50), "after");
    assertEquals(history(ana).slice(-12), [...shown, "eve2: after"]);
  },
);
