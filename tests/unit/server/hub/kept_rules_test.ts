/** What moderators set with --db holds after a restart: bans, mutes until they end, and the settings of rooms. */

import { assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { LocalCluster } from "../../../../server/cluster/local.ts";
import { openDatabase } from "../../../../server/history/database.ts";
import { MAX_OF_KIND } from "../../../../server/history/rule_table.ts";
import { SqliteHistory } from "../../../../server/history/sqlite.ts";
import type { Log } from "../../../../server/log.ts";
import { TestHub, type TestPeer } from "../../../support/hub.ts";
import { LARGE, openFixture, setFull } from "../../../support/sqlite_history.ts";

type Fixture = Awaited<ReturnType<typeof openFixture>>;

/** A hub on the file of a fixture, at a time of day, with a moderator. The ids of its sessions are not their tokens. */
function start(fixture: Fixture, { now = 1_000_000, hasModeration = true } = {}) {
  fixture.now = now;
  const database = openDatabase(fixture.path);
  const history = new SqliteHistory(database, fixture.options());
  const warned: string[] = [];
  const warning = (message: string, fields: unknown) =>
    void warned.push(`${message} ${JSON.stringify(fields)}`);
  const log = { warning } as unknown as Log;
  const cluster = new LocalCluster({
    epoch: "e",
    lastId: history.lastId,
    now: () => fixture.now,
    sessionId: (token) => [...token].reverse().join(""),
    kept: { rules: history.rules, hasModeration, log },
  });
  const moderation = hasModeration ? { modPassword: "tiza" } : {};
  const name = `${now}.`; // the ids that it makes are not those of an earlier hub
  const test = new TestHub({ history, cluster, isStill: true, name, start: now, ...moderation });
  return { test, history, database, warned };
}

function moderator(test: TestHub): TestPeer {
  const mod = test.connect("192.0.2.200");
  mod.hello({ nick: "mod", password: "tiza" });
  test.tick();
  mod.take();
  return mod;
}

/** Gives commands, and returns the codes of the answers. */
function order(test: TestHub, mod: TestPeer, ...lines: string[]): string[] {
  for (const line of lines) mod.command(crypto.randomUUID(), line);
  test.tick();
  return mod.takeFrames().flatMap((frame) => frame.type === "reply" ? [frame.text] : []);
}

const MINUTE = 60_000;
const START = 1_000_000;

Deno.test("bans, mutes and the settings of rooms hold after a restart, for as long as they would have", async () => {
  await using fixture = await openFixture();
  const first = start(fixture);
  first.test.textMember("eve", "203.0.113.5");
  const [troll] = first.test.textMembers("troll", "bob");
  const { token } = troll.session;
  order(
    first.test,
    moderator(first.test),
    ...["/ban eve address bad", "/ban troll", "/mute bob 60", "/ban 198.51.100.0/24"],
    ...["/topic tea", "/lock", "/slow 30", "/join dev", "/topic code", "/pause", "/lock"],
    ...["/join club", "/limit 1", "/key tiza"],
  );
  first.test.hub.shutdown();
  first.history.close();

  const second = start(fixture, { now: START + 20 * MINUTE });
  const { test } = second;
  const mod = moderator(test);
  assertEquals(order(test, mod, "/bans", "/mutes", "/topic"), [
    "banned until /unban NAME lifts the ban:\n" +
    "198.51.100.0/24, by mod: no reason given\ntroll, by mod: no reason given\n" +
    "eve and 203.0.113.5, by mod: bad",
    "muted:\nbob, by mod: 40 minutes left",
    "topic: tea",
  ]);
  const late = test.connect("203.0.113.5");
  late.hello({ nick: "other", resume: { token, after: 0 } });
  assertEquals(test.log.at(-1)?.["reason"], "banned");
  order(test, mod, "/unban eve", "/unban troll", "/unlock", "/slow 0");
  const bob = test.textMember("bob");
  assertEquals(bob.ask("hola", "/join dev"), [
    "! you are muted: you may write again in 40 minutes",
    "! #dev is locked: only moderators, and users they invite, may join it",
  ]);
  assertEquals(test.textMember("luis").ask("/join club", "/join club tiza"), [
    "! #club has a key: /join club KEY joins it, with the key in place of KEY",
    "* you are in #club (1 here: luis)",
  ]);
  assertEquals(order(test, mod, "/limit #club", "/key #club"), [
    "#club may have one member; /limit off club lifts the limit",
    "#club has the key tiza: /join club tiza joins it, /key off #club removes it",
  ]);
  assertEquals(order(test, mod, "/join dev", "/topic", "/unlock"), [
    "you are in #dev (1 here: mod)\ntopic: code",
    "topic: code",
    "#dev is unlocked: everyone may join it",
  ]);
  assertEquals(
    test.textMember("ana").ask("/join dev", "hola").at(-1)?.slice(0, 16),
    "! #dev is paused",
  );
  test.hub.shutdown();
  second.history.close();

  const third = start(fixture, { now: START + 61 * MINUTE });
  assertEquals(order(third.test, moderator(third.test), "/mutes", "/bans", "/slow"), [
    "nobody is muted",
    "banned until /unban NAME lifts the ban:\n198.51.100.0/24, by mod: no reason given",
    "slow mode is off in #general",
  ]);
  third.history.close();
  const bytes = new TextDecoder("latin1").decode(await Deno.readFile(fixture.path));
  assertEquals([bytes.includes(token), bytes.includes("198.51.100.0/24")], [false, true]);
});

Deno.test("a room that everybody left keeps nothing, and a room that waits for its members keeps all", async () => {
  await using fixture = await openFixture();
  const first = start(fixture);
  const mod = moderator(first.test);
  order(first.test, mod, "/join left", "/topic old", "/leave", "/join stays", "/topic new");
  first.history.close();
  const second = start(fixture);
  const ana = second.test.textMember("ana");
  assertEquals(
    ana.ask("/join left", "/topic").at(-1),
    "* this room has no topic: /topic TEXT sets one",
  );
  second.test.hub.shutdown();
  second.history.close();
  const third = start(fixture);
  assertEquals(third.test.textMember("eva").ask("/join stays", "/topic", "/lock").slice(-2), [
    "* topic: new",
    "! /lock is for the moderators of #stays: the user who opened it, members with /op, and the hub's moderators",
  ]);
  third.history.close();
});

Deno.test("without moderators a room keeps its topic alone, as nobody could open it", async () => {
  await using fixture = await openFixture();
  const first = start(fixture);
  order(first.test, moderator(first.test), "/topic tea", "/lock", "/pause", "/slow 60");
  order(first.test, moderator(first.test), "/join dev", "/topic code", "/key tiza", "/limit 1");
  first.history.close();
  const { test, history } = start(fixture, { hasModeration: false });
  assertEquals(test.textMember("ana").ask("/topic", "uno", "dos"), ["* topic: tea"]);
  for (const nick of ["eva", "luis"]) {
    assertEquals(test.textMember(nick).ask("/join dev").at(-1), "* topic: code");
  }
  history.close();
});

Deno.test("what a moderator sets while the disk is full is saved later", async () => {
  await using fixture = await openFixture();
  const { test, history, database } = start(fixture);
  const mod = moderator(test);
  setFull(database, true);
  mod.say("1", LARGE);
  order(test, mod, "/topic tea", "/ban 198.51.100.0/24", "/ban 203.0.113.0/24", "/topic -");
  order(test, mod, "/unban 203.0.113.0/24", "/topic coffee");
  assertEquals(history.isFailing, true);
  setFull(database, false);
  test.hub.sweep();
  assertEquals(history.isFailing, false);
  history.close();
  const again = start(fixture);
  assertEquals(again.history.rules.stored.map(({ kind, name }) => `${kind} ${name}`), [
    "room general",
    "ban @198.51.100.0/24",
  ]);
  again.history.close();
});

Deno.test("damaged rules are skipped with a warning, and of too many the oldest go", async () => {
  await using fixture = await openFixture();
  start(fixture).history.close();
  const ban = (nick: string) =>
    JSON.stringify({
      v: 1,
      hub: "",
      rule: { kind: "ban", key: nick, ban: { id: "", key: nick, nick } },
    });
  {
    using database = new DatabaseSync(fixture.path);
    const insert = database.prepare("INSERT INTO rule VALUES (?, ?, ?, NULL)");
    for (let count = 0; count < MAX_OF_KIND; count++) {
      insert.run("ban", `n${count}`, ban(`n${count}`));
    }
    insert.run("ban", "eva", ban("ana"));
    insert.run("\x1b[31m", "x", "{");
  }
  const { test, history, warned } = start(fixture);
  assertEquals(warned, [
    'a damaged rule is skipped {"kind":"ban","name":"eva","error":"the room or nick must be that of the key"}',
    'a damaged rule is skipped {"kind":"\\u001b[31m","name":"x","error":"not a JSON object"}',
  ]);
  assertEquals(test.hub.chat.moderation.bans.list(0).nicks.length, MAX_OF_KIND - 1);
  test.hub.sweep();
  history.close();
  using database = new DatabaseSync(fixture.path);
  const { count, oldest } = database.prepare(
    "SELECT count(*) AS count, min(rowid) AS oldest FROM rule",
  ).get()!;
  assertEquals([count, oldest], [MAX_OF_KIND + 1, 2]);
});
