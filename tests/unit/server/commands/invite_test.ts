/** Members invite users to a room; a moderator's invitation lets a user into a locked one, once. */

import { assertEquals } from "@std/assert";
import { TestHub } from "../../../support/hub.ts";

const LOCKED = "! #dev is locked: only moderators, and users they invite, may join it";

/** A room dev that ana has opened, with eva in it; luis is not. */
function opened() {
  const test = new TestHub();
  const [ana, eva, luis] = test.textMembers("ana", "eva", "luis");
  for (const peer of [ana, eva]) peer.ask("/join dev");
  for (const peer of [ana, eva, luis]) peer.take();
  return { test, ana, eva, luis };
}

Deno.test("any member of a room invites users to it, and others neither see it nor may do it", () => {
  const { test, ana, eva, luis } = opened();
  assertEquals(eva.ask("/invite luis"), ["* you invited luis to #dev"]);
  assertEquals(luis.take(), ["* eva invites you to #dev: /join dev takes you there"]);
  assertEquals([ana.take(), test.log.filter(({ event }) => event === "moderation")], [[], []]);
  eva.ask("/join general");
  assertEquals(eva.ask("/lang es", "/invitar luis #dev", "/invitar ana dev").slice(1), [
    "* has invitado a luis a #dev",
    "! ana ya está en #dev",
  ]);
  assertEquals(luis.ask("/lang es", "/invite eva dev", "/invite luis", "/invite nadie").slice(2), [
    '! no estás en la sala "dev": con /entrar SALA entras en una',
    "! no puedes hacerte eso a ti",
    '! aquí nadie se llama "nadie"',
  ]);
});

Deno.test("an invitation by a moderator of a locked room lets a user in once", () => {
  const { ana, eva, luis } = opened();
  ana.ask("/lock");
  assertEquals(
    eva.ask("/invite luis").at(-1)?.startsWith("! /invite is for the moderators of"),
    true,
  );
  assertEquals(luis.ask("/join dev"), [LOCKED]);
  ana.ask("/invite luis");
  assertEquals(luis.ask("/join dev").at(-1), "* you are in #dev (3 here: ana, eva, luis)");
  assertEquals(luis.ask("/leave", "/join dev").at(-1), LOCKED);
});

Deno.test("a room keeps its last invitations, which end with it", () => {
  const { test, ana, eva } = opened();
  ana.ask("/lock");
  const many = test.textMembers(...Array.from({ length: 51 }, (_, index) => `n${index}`));
  for (const peer of many) ana.ask(`/invite ${peer.session.nick}`);
  assertEquals(many[0]!.ask("/join dev").at(-1), LOCKED);
  for (const peer of [ana, eva]) peer.ask("/leave dev");
  for (const line of ["/join dev", "/lock"]) eva.ask(line);
  for (const peer of many) assertEquals(peer.ask("/join dev").at(-1), LOCKED);
});

Deno.test("an invitation is not shown to a user who ignores its author", () => {
  const { ana, luis } = opened();
  luis.ask("/ignore ana");
  assertEquals(ana.ask("/invite luis"), ["* you invited luis to #dev"]);
  assertEquals(luis.take(), []);
});
