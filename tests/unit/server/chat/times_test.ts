/** The hub's time on everything that it tells. */

import { assert, assertEquals } from "@std/assert";
import type { HubFrame } from "../../../../common/protocol/frame.ts";
import { Fanout } from "../../../../server/chat/fanout.ts";
import { framesDialect } from "../../../../server/dialect/json.ts";
import { TestHub } from "../../../support/hub.ts";

/** Fails unless each frame has its time, and none is earlier than the frame before it. */
function assertTimed(frames: readonly HubFrame[]): void {
  let last = 0;
  for (const frame of frames) {
    assert("ts" in frame && frame.ts !== undefined, `${frame.type} has no time`);
    assert(frame.ts >= last, `${frame.type} goes back by ${last - frame.ts} ms`);
    last = frame.ts;
  }
}

Deno.test("everything that the hub tells has its time, which grows with the messages", () => {
  const test = new TestHub();
  const bot = test.connect();
  bot.hello({ nick: "bot" });
  const ana = test.textMember("ana");
  ana.send("one", "/me waves", "/topic tea", "/name eva", "/msg bot two");
  bot.say("1", "three");
  bot.say("2", "");
  bot.command("3", "/who");
  test.tick();
  ana.send("four", "/exit");
  bot.say("4", "five");
  bot.command("5", "/exit");
  test.tick();
  const frames = bot.takeTimed();
  assertTimed(frames);
  const types = new Set(frames.map(({ type }) => type));
  assertEquals(types.size, 10, [...types].join());
});

Deno.test("a message of a hub whose clock is ahead is not followed by earlier times", () => {
  let lines = "";
  const member = {
    ...{ id: "1", key: "ana", nick: "ana", lang: "en", dialect: framesDialect, stage: "member" },
    peer: { send: (bytes: Uint8Array) => void (lines += new TextDecoder().decode(bytes)) },
    rooms: new Set(),
    room: undefined,
  } as unknown as Parameters<Fanout["toOne"]>[0];
  const fanout = new Fanout(() => {}, () => {}, () => 1000);
  const said = { type: "message", id: 1, room: "", nick: "bob", text: "x", kind: "say" } as const;
  fanout.toOne(member, { ...said, ts: 5, replay: true });
  fanout.toOne(member, { type: "pong" });
  fanout.toOne(member, { ...said, ts: 3000 });
  fanout.toOne(member, { type: "topic", room: "general", nick: "bob", topic: "tea" });
  fanout.toOne(member, { ...said, ts: 900 }); // its own clock was set back
  fanout.toOne(member, { type: "topic", room: "general", nick: "bob", topic: "" });
  fanout.flush();
  const times = lines.trimEnd().split("\n").map((line) => JSON.parse(line).ts);
  assertEquals(times, [5, undefined, 3000, 3000, 900, 1000]);
});

Deno.test("an answer that is repeated has the time of the first", () => {
  const test = new TestHub();
  const ana = test.framesMember("ana");
  ana.command("1", "/topic tea");
  test.tick();
  const [first] = ana.take();
  ana.command("1", "/topic tea");
  test.tick();
  assertEquals(ana.take(), [first]);
});
