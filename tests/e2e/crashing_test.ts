/** A client that is killed: the next one that its user starts goes on with the session. */

import { assert, assertEquals } from "@std/assert";
import { startHub } from "../support/program.ts";
import { tempDirectory } from "../support/temp.ts";
import type { TestTerminal } from "../support/terminal.ts";
import { history, join, joinWithNc, testInPty } from "./people.ts";

/** Waits until a session file has a text. */
async function untilSaved(state: string, wanted: RegExp, number = 1): Promise<void> {
  const path = `${state}/chat/sessions/${number}`;
  const isSaved = async () => wanted.test(await Deno.readTextFile(path));
  using changes = Deno.watchFs(path);
  if (await isSaved()) return;
  for await (const _ of changes) if (await isSaved()) return;
}

async function kill(terminal: TestTerminal): Promise<void> {
  terminal.signal("SIGKILL");
  await terminal.exit();
}

testInPty("after kill -9 the user is the same, and sees what came meanwhile", async () => {
  await using hub = await startHub();
  await using state = await tempDirectory();
  await using bob = await joinWithNc(hub.port, "bob");
  const options = { env: { XDG_STATE_HOME: state.path } };
  await using ana = await join(hub, "ana", options);
  ana.type("uno\r");
  await bob.until("ana: uno");
  bob.send("seen\n");
  await ana.until("bob: seen");
  await untilSaved(state.path, /"lastId":2\b/);
  assertEquals((await Deno.stat(`${state.path}/chat/sessions/1`)).mode! & 0o777, 0o600);
  await kill(ana);
  bob.send("missed\n");
  await using again = await join(hub, "ana", options);
  await again.until("bob: missed");
  assert(history(again).includes("* reconnected: one message meanwhile"), again.text());
  assert(!again.text().includes("seen"), again.text());
  again.type("dos\r");
  await bob.until("ana: dos");
  assert(!/left|ana2/.test(new TextDecoder().decode(bob.received())));
  await untilSaved(state.path, /"lastId":4\b/);
  await kill(again);
  await using third = await join(hub, "ana", options);
  third.type("/exit\r");
  await third.exit();
  assertEquals(await Deno.readTextFile(`${state.path}/chat/sessions/1`), "{}\n");
  await bob.until("ana left");
});

testInPty("clients at the same time have sessions of their own", async () => {
  await using hub = await startHub();
  await using state = await tempDirectory();
  const options = { env: { XDG_STATE_HOME: state.path } };
  await using ana = await join(hub, "ana", options);
  await using ana2 = await join(hub, "ana", { ...options, given: "ana2" });
  await using ben = await join(hub, "ben", options);
  ana.type("hola\r");
  for (const other of [ana2, ben]) await other.until("ana: hola");
  await untilSaved(state.path, /"lastId":1\b/, 2);
  // The first while the second runs, and the other way round.
  await kill(ana);
  await using first = await join(hub, "ana", options);
  await first.until("* reconnected: you missed nothing");
  await kill(ana2);
  const args = ["--room", "dev"];
  await using second = await join(hub, "ana", { ...options, given: "ana2", args });
  await second.until("* you are in #dev (1 here: ana2)");
  assert(!(first.text() + ben.text()).includes("elsewhere"), first.text());
});
