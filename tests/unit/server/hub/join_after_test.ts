/** A newcomer that has seen the chat before asks for the history since the last message that it saw. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { HubFrame, WelcomeFrame } from "../../../../common/protocol/frame.ts";
import { MemoryHistory } from "../../../../server/history/memory.ts";
import { TestHub } from "../../../support/hub.ts";
import { testProperty } from "../../../support/property.ts";

/** What a newcomer gets after its welcome, in short. */
function join(test: TestHub, fields: Record<string, unknown>): string[] {
  const peer = test.connect();
  peer.hello(fields);
  test.tick();
  const [welcome, ...rest] = peer.takeFrames();
  assertEquals(welcome?.type, "welcome");
  peer.sendFrame({ type: "command", ref: "x", line: "/exit" });
  return rest.map((frame: HubFrame) =>
    frame.type === "message"
      ? `${frame.text}${frame.replay ? " (replay)" : ""}`
      : frame.type === "notice"
      ? `${frame.code} ${frame.params["count"]} ${frame.params["missing"]}`
      : frame.type
  );
}

function epochOf(test: TestHub): string {
  const peer = test.connect();
  peer.hello();
  test.tick();
  const [welcome] = peer.takeFrames();
  peer.command("x", "/exit");
  return (welcome as WelcomeFrame).epoch;
}

Deno.test("a hello with `after` gets what was said in its room since then, whatever `history` says", () => {
  const test = new TestHub({ historyOnJoin: 1 });
  const epoch = epochOf(test);
  const luis = test.textMember("luis");
  luis.ask("uno", "dos", "/msg luis para mí", "/join dev", "tres", "/join general", "cuatro");
  assertEquals(join(test, { epoch, after: 1, history: 0 }), [
    "resumed 2 0",
    "dos (replay)",
    "cuatro (replay)",
  ]);
  assertEquals(join(test, { epoch, after: 2, room: "dev" }), ["resumed 1 0", "tres (replay)"]);
  assertEquals(join(test, { epoch, after: 5 }), ["resumed 0 0"]);
  const resume = { token: "of a session that is over", after: 3 };
  assertEquals(join(test, { epoch, after: 3, resume }), ["resumed 1 0", "cuatro (replay)"]);
});

Deno.test("another epoch, none, or an id that was not given yet gets the ordinary history", () => {
  const test = new TestHub({ historyOnJoin: 1 });
  const epoch = epochOf(test);
  test.textMember("luis").ask("uno", "dos");
  const ordinary = ["history 1 undefined", "dos (replay)"];
  assertEquals(join(test, { epoch: "another", after: 1 }), ordinary);
  assertEquals(join(test, { after: 1 }), ordinary);
  assertEquals(join(test, { epoch }), ordinary);
  assertEquals(join(test, { epoch, after: 3 }), ordinary);
});

Deno.test("a newcomer whose connection breaks before it got its history gets it when it resumes", () => {
  const test = new TestHub();
  const epoch = epochOf(test);
  const luis = test.textMember("luis");
  luis.ask("uno", "dos");
  const peer = test.connect();
  peer.hello({ epoch, after: 1 });
  test.tick();
  const [welcome] = peer.takeFrames() as [WelcomeFrame];
  peer.drop();
  luis.ask("tres");
  assertEquals(join(test, { resume: { token: welcome.token, after: 1 } }), [
    "resumed 2 0",
    "dos (replay)",
    "tres (replay)",
  ]);
});

const NAME = "nothing is missing or double after `after`, or the notice says how many are missing";
testProperty(NAME, { weight: 5 }, (check) => {
  const room = fc.constantFrom("general", "dev");
  const rooms = fc.array(room, { maxLength: 12 });
  check(fc.property(rooms, fc.nat(14), fc.integer({ min: 1, max: 8 }), (said, after, kept) => {
    const history = new MemoryHistory({ messages: kept, bytes: 1e6 });
    const test = new TestHub({ history, isStill: true });
    const epoch = epochOf(test);
    const luis = test.textMember("luis");
    luis.ask("/join dev");
    said.forEach((room, index) => luis.ask(`/join ${room}`, `${index + 1}`));
    const missed = said.map((room, index) => ({ room, id: index + 1 }))
      .filter(({ room, id }) => room === "general" && id > after);
    const shown = missed.slice(-kept);
    assertEquals(
      join(test, { epoch, after, history: 0 }),
      after > said.length ? [] : [
        `resumed ${shown.length} ${missed.length - shown.length}`,
        ...shown.map(({ id }) => `${id} (replay)`),
      ],
    );
  }));
});
