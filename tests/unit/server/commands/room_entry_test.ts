/** A room may have a limit, and a key that users must give to join it. */

import { assertEquals } from "@std/assert";
import { moderatedHub, TestHub } from "../../../support/hub.ts";

/** A room dev that ana has opened, at a hub with users who have taken what they received. */
function opened() {
  const { test, mod, others: [ana, eva, luis] } = moderatedHub("ana", "eva", "luis");
  ana.ask("/join dev");
  return { test, mod, ana, eva, luis };
}

Deno.test("nobody may join a full room but moderators of the hub, and its members stay", () => {
  const { test, mod, ana, eva, luis } = opened();
  assertEquals(eva.ask("/join dev").length, 1);
  ana.take();
  assertEquals(ana.ask("/limit", "/limit 2", "/limit 2", "/limite"), [
    "* #dev has no limit: any number of users may join it",
    ...Array(3).fill("* #dev may have 2 members; /limit off dev lifts the limit"),
  ]);
  assertEquals(eva.take(), ["* ana has limited #dev to 2 members"]);
  assertEquals(luis.ask("/join dev", "/idioma es", "/entrar dev"), [
    "! #dev is full: it may have 2 members; try again when a member has left",
    "* el servidor te habla ahora en español",
    "! #dev está completa: admite 2 miembros; inténtalo cuando alguien la deje",
  ]);
  assertEquals(mod.take(), ["* ana limited #dev to 2 members"]);
  assertEquals(mod.ask("/join dev").length, 1);
  assertEquals(
    ana.ask("/limit 1").at(-1),
    "* #dev may have one member; /limit off dev lifts the limit",
  );
  assertEquals(eva.ask("sigo aquí").at(-1), "* ana has limited #dev to one member");
  assertEquals(
    ana.ask("/limit off dev").at(-1),
    "* #dev has no limit: any number of users may join it",
  );
  assertEquals(
    mod.take().at(-1),
    "* ana has lifted the limit of #dev: any number of users may join it",
  );
  assertEquals(luis.ask("/entrar dev").length, 1);
  assertEquals(test.log.map(({ action, room, count }) => [action, room, count]), [
    ["limit", "dev", 2],
    ["limit", "dev", 1],
    ["limit", "dev", 0],
  ]);
});

Deno.test("a user whose connection broke counts, and comes back to a room that is full or has a key", () => {
  const { test, ana, luis } = opened();
  const bot = test.framesMember("bot");
  bot.command("1", "/join dev");
  test.tick();
  ana.ask("/limit 2", "/key tiza");
  const { token } = bot.session;
  bot.drop();
  assertEquals(luis.ask("/join dev tiza").at(-1)?.slice(0, 14), "! #dev is full");
  const again = test.connect();
  again.hello({ resume: { token, after: 0 } });
  test.tick();
  const [welcome] = again.takeFrames();
  assertEquals(welcome?.type === "welcome" && welcome.rooms, ["general", "dev"]);
});

Deno.test("a room with a key is joined with it, and only those who moderate it are shown the word", () => {
  const { test, mod, ana, eva, luis } = opened();
  const bot = test.framesMember("bot");
  test.tick();
  for (const peer of [mod, ana, eva, luis]) peer.take();
  assertEquals(ana.ask("/key", "/key tiza", "/topic planes", "/clave"), [
    "* #dev has no key: users join it without one",
    "* #dev has the key tiza: /join dev tiza joins it, /key off #dev removes it",
    "* topic: planes",
    "* #dev has the key tiza: /join dev tiza joins it, /key off #dev removes it",
  ]);
  const refusal = "! #dev has a key: /join dev KEY joins it, with the key in place of KEY";
  const [hidden] = ana.ask("/who nada").map((line) => line.replace("nada", "dev"));
  assertEquals(
    eva.ask("/join dev", "/join dev TIZA", "/join #dev x", "/who dev", "/topic #dev"),
    [refusal, refusal, refusal, hidden, hidden!.replace("dev", "#dev")],
  );
  assertEquals(eva.ask("/join #DEV tiza"), [
    "* you are in #dev (2 here: ana, eva)",
    "* topic: planes",
  ]);
  assertEquals(eva.ask("/key"), [
    "! /key is for the moderators of #dev: the user who opened it, members with /op, and the hub's moderators",
  ]);
  assertEquals(luis.ask("/join dev tiza", "/join dev").length, 4); // members need no key
  assertEquals(mod.ask("/join dev").length, 3);
  ana.ask("/key roja");
  luis.ask("/leave dev");
  assertEquals(luis.ask("/join dev tiza"), [refusal]);
  bot.command("1", "/rooms");
  bot.command("2", "/join dev roja");
  test.tick();
  mod.ask("/leave dev");
  assertEquals(ana.ask("/key no").at(-1), "* #dev has no key: users join it without one");
  assertEquals(luis.ask("/join dev").length, 2);
  const shown = [mod, eva, luis, bot].map((peer) => peer.take().join("\n"));
  assertEquals(shown.map((text) => /tiza|roja/.test(text)), Array(4).fill(false));
  assertEquals(shown[1]!.split("\n").filter((line) => line.includes("key")), [
    "* ana has set a key for #dev: users must give it to join",
    "* ana has removed the key of #dev: everyone may join it",
  ]);
  assertEquals(shown[0], "* ana removed the key of #dev");
  assertEquals(test.log.map(({ action }) => action), ["key", "key", "unkey"]);
  assertEquals(/tiza|roja/.test(JSON.stringify(test.log)), false);
});

Deno.test("a hello gives the key with the room, and joins the first room without it", () => {
  const { test, ana } = opened();
  ana.ask("/key tiza");
  const rooms = ["dev tiza", "dev"].map((room) => {
    const peer = test.connect();
    peer.hello({ nick: "bot", room });
    test.tick();
    return [peer.session.room?.name, peer.takeCodes().at(-1)];
  });
  assertEquals(rooms, [["dev", "welcome"], ["general", "error wrong_key"]]);
});

Deno.test("the first room has neither a limit nor a key, and what is not one is refused", () => {
  const { test, mod, ana } = opened();
  const open = "! #general is open to all users: /lock general keeps newcomers out of the chat";
  assertEquals(mod.ask("/limit 5", "/key tiza", "/limit", "/key off"), [
    open,
    open,
    "* #general has no limit: any number of users may join it",
    "* #general has no key: users join it without one",
  ]);
  for (const wrong of ["-1", "1.5", "5x", "100000", "x"]) {
    assertEquals(ana.ask(`/limit ${wrong}`), [
      `! "${wrong}" is not a number of members: write 1 to 99999; off or 0 lifts the limit`,
    ]);
  }
  for (const wrong of ["a,b", "k".repeat(51), "\u202ex"]) {
    assertEquals(ana.ask(`/key ${wrong}`).map((line) => line.slice(-70)), [
      "one word of at most 50 characters, without commas; off removes the key",
    ]);
  }
  assertEquals(ana.ask("/key dos palabras", "/limit 5 nada", "/key uno dos tres"), [
    '! "palabras" is not a room that you may join: /rooms lists the rooms',
    '! "nada" is not a room that you may join: /rooms lists the rooms',
    '! "tres" is one word too many; usage: /key [KEY] [#ROOM]',
  ]);
  assertEquals(mod.ask("/limit 5 dev", "/key tiza #dev", "/limit #dev", "/key #dev").length, 4);
  assertEquals(test.hub.chat.rooms.get("dev")?.state?.key, "tiza");
});

Deno.test("a room without a key takes no word, and one in which nobody is left has neither", () => {
  const test = new TestHub();
  const [ana, eva] = test.textMembers("ana", "eva");
  ana.ask("/join my");
  assertEquals(eva.ask("/join my room"), [
    "! a room name has no spaces: try my-room",
  ]);
  ana.ask("/key tiza", "/limit 1", "/leave");
  assertEquals(eva.ask("/join my").length, 2);
});
