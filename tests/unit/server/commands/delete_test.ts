/** /delete removes messages for good: from every replay and search, at all members. */

import { assertEquals } from "@std/assert";
import { MemoryHistory } from "../../../../server/history/memory.ts";
import { moderatedHub, TestHub, type TestPeer } from "../../../support/hub.ts";

/** All that a newcomer is shown of a room, by joining, /history and /search. */
function replays(test: TestHub): string {
  const newcomer = test.connect();
  return newcomer.ask("/name nuevo", "/history 1000", "/search SECRET").join("\n");
}

function resume(test: TestHub, token: string): string[] {
  const peer = test.connect();
  peer.hello({ resume: { token, after: 0 } });
  test.tick();
  return peer.take();
}

Deno.test("/delete removes the user's last message in the room, and tells members who do not ignore them", () => {
  const test = new TestHub({ historyOnJoin: 50 });
  const [ana, eva, leo] = test.textMembers("ana", "eva", "leo");
  const bot = test.framesMember("bot");
  for (const peer of [ana, eva, leo]) peer.take();
  ana.send("one", "two SECRET", "/join dev", "three");
  eva.send("four", "/lang es", "/entrar dev", "/entrar general");
  leo.send("/ignore ana");
  test.tick();
  for (const peer of [ana, eva, leo, bot]) peer.take();
  assertEquals(ana.ask("/join general", "/borrar").at(-1), "* you deleted your message");
  assertEquals(eva.take(), ["* ana ha borrado un mensaje"]);
  assertEquals(leo.take(), []);
  assertEquals(bot.takeFrames(), [
    { type: "deleted", room: "general", ids: [2], nick: "ana", by: "ana" },
  ]);
  assertEquals(/SECRET\n|\btwo\b/.test(replays(test)), false);
  assertEquals(ana.ask("/delete #dev").at(-1), "* you deleted your message");
  assertEquals(eva.take().at(-1), "#dev * ana ha borrado un mensaje");
  assertEquals(ana.ask("/delete ana 2").at(-1), "* you deleted your message");
  assertEquals(ana.ask("/delete").at(-1), "! none of the latest messages in #general is by ana");
  assertEquals(test.log, []);
});

Deno.test("members may delete only messages of their own, and nobody a private one", () => {
  const test = new TestHub();
  const [ana, eva] = test.textMembers("ana", "eva");
  ana.ask("one", "two");
  eva.ask("three");
  const others = "! you can only delete messages of your own: /delete alone deletes your last one";
  assertEquals(ana.ask("/delete eva", "/delete EVA 2 spam", "/delete 3", "/delete 99").slice(1), [
    ...[others, others, others, others],
  ]);
  assertEquals(ana.ask("/delete 1"), ["* you deleted your message"]);
  for (const wrong of ["0", "101"]) {
    assertEquals(ana.ask(`/delete ana ${wrong}`), [
      `! "${wrong}" is not a valid number of messages (1-100)`,
    ]);
  }
  assertEquals(
    ana.ask("/msg eva hi", "/delete").at(-1),
    [
      "! your last message was private, and a private message cannot be deleted; ",
      "/delete ana deletes your last one in #general",
    ].join(""),
  );
  assertEquals(ana.ask("/delete ana").at(-1), "* you deleted your message");
  eva.take();
  assertEquals(eva.ask("/history").slice(1), ["eva: three"]);
});

Deno.test("moderators delete the last messages of a user who has left, which is logged and told with the reason", () => {
  const { test, mod, others: [bob, eva] } = moderatedHub("bob", "eva");
  const [mo, mia] = test.textMembers("mo", "mia");
  for (const peer of [mo, mia]) peer.ask("/mod tiza", "/join dev");
  mia.ask("/leave general");
  for (let number = 1; number <= 4; number++) bob.ask(`SECRET ${number}`);
  eva.ask("in between");
  bob.ask("SECRET 5", "/exit");
  for (const peer of [mod, mo, mia, eva]) peer.take();
  test.log.length = 0;
  assertEquals(mod.ask("/delete BOB 3 no\x1bspam"), ["* you deleted 3 messages by bob"]);
  assertEquals(eva.take(), ["* mod deleted 3 messages by bob"]);
  const told = "* mod deleted 3 messages by bob in #general: no\uFFFDspam";
  assertEquals(mo.take(), ["#general * mod deleted 3 messages by bob", told]);
  assertEquals(mia.take(), [told]);
  assertEquals(test.log, [{
    ...{ event: "moderation", action: "delete", by: "mod", by_address: "192.0.2.1" },
    ...{ by_session: "id2", nick: "bob", room: "general", count: 3, ids: "3,4,6" },
    reason: "no\uFFFDspam",
  }]);
  assertEquals(replays(test).match(/SECRET \d/g)?.sort(), [1, 1, 2, 2].map((id) => `SECRET ${id}`));
  assertEquals(mia.ask("/delete #general 5").at(-1), "* you deleted one message by eva");
  assertEquals(mod.take().at(-1), "* mia deleted a message by eva");
  assertEquals(mo.take().at(-1), "#general * mia deleted a message by eva");
});

Deno.test("a deleted message is not replayed to a session that resumes, nor counted as missing", () => {
  const { test, mod, others: [bob] } = moderatedHub("bob");
  const members = ["ana", "eva"].map((nick) => test.framesMember(nick));
  const [ana, eva] = members as [TestPeer, TestPeer];
  for (const peer of members) peer.command("1", "/join dev");
  bob.ask("/join dev");
  bob.ask("SECRET one", "two");
  eva.command("2", "/leave dev"); // keeps what eva may have missed there
  const tokens = [ana.session, eva.session].map(({ token }) => token);
  ana.drop();
  eva.drop();
  mod.ask("/delete #dev bob 2 oops", "/delete #dev bob");
  bob.ask("three");
  for (const token of tokens) {
    const frames = resume(test, token).join();
    assertEquals([frames.includes("SECRET"), frames.includes("reconnected")], [false, true]);
    assertEquals(frames.includes('"missing":0'), true);
  }
});

Deno.test("what another program removes from the disk is told, and goes from memory too", () => {
  const removed: { room: string; ids: number[] }[] = [];
  const history = new class extends MemoryHistory {
    override takeRemoved() {
      return removed.splice(0) as unknown as [];
    }
  }();
  const test = new TestHub({ history });
  const [ana, bob] = test.textMembers("ana", "bob");
  bob.ask("SECRET", "SECRET", "SECRET");
  ana.ask("mine");
  for (const ids of [[1, 2], [3, 4]]) {
    removed.push({ room: "general", ids });
    test.hub.sweep();
  }
  assertEquals(ana.ask(), [
    "* 2 messages by bob were deleted",
    "* 2 messages were deleted",
  ]);
  assertEquals(replays(test).includes("bob: SECRET"), false);
});
