import { assertEquals } from "@std/assert";
import { SessionFile, type Visit } from "../../../../client/session/session_file.ts";
import { tempDirectory } from "../../../support/temp.ts";
import { initialState } from "../../../../client/session/state.ts";
import { TestConversation, welcome } from "./test_conversation.ts";

const VISIT: Visit = { addresses: [{ hostname: "x", port: 1 }], nick: "ana" };
const LEFT = { token: "t1", epoch: "e1", lastId: 7 };
const ENTRY = { hub: "x:1", nicks: ["ana", "anita"], session: LEFT };

/** A state folder. */
async function folder() {
  const directory = await tempDirectory();
  const { path } = directory;
  const opened: SessionFile[] = [];
  return {
    path: `${path}/chat/sessions`,
    async write(content: string, number = 1): Promise<string> {
      await Deno.mkdir(this.path, { recursive: true });
      await Deno.writeTextFile(`${this.path}/${number}`, content);
      return `${this.path}/${number}`;
    },
    async open(visit: Partial<Visit> = {}): Promise<SessionFile> {
      const variables: Record<string, string> = { XDG_STATE_HOME: path, LOCALAPPDATA: path };
      const file = await SessionFile.open((name) => variables[name], { ...VISIT, ...visit });
      opened.push(file!);
      return file!;
    },
    names: () => [...Deno.readDirSync(`${path}/chat/sessions`)].map(({ name }) => name).sort(),
    /** Closes the files that are open. */
    async close(
      how: Parameters<SessionFile["close"]>[0] = { isLeaving: false, state: initialState("en") },
    ) {
      for (const file of opened.splice(0)) await file.close(how);
    },
    async [Symbol.asyncDispose]() {
      await this.close();
      await directory[Symbol.asyncDispose]();
    },
  };
}

Deno.test("a session that a client left is resumed by its nick, by the one asked for, or without", async () => {
  for (const nick of ["ana", "ANITA", ""]) {
    await using state = await folder();
    await state.write(JSON.stringify(ENTRY) + "\nrest of a longer one");
    assertEquals((await state.open({ nick })).session, LEFT, nick);
  }
});

Deno.test("another nick, another hub and a connection that was encrypted get a new session", async () => {
  await using state = await folder();
  const file = await state.write(JSON.stringify(ENTRY));
  await state.write(JSON.stringify({ ...ENTRY, hub: "tls x:1" }), 2);
  for (const visit of [{ nick: "bob" }, { addresses: [{ hostname: "y", port: 1 }] }]) {
    assertEquals((await state.open(visit)).session, undefined);
  }
  assertEquals(JSON.parse(await Deno.readTextFile(file)), ENTRY);
  assertEquals((await state.open({ tls: {} })).session, LEFT);
});

Deno.test("a damaged, old or useless file is a free one", async () => {
  const line = JSON.stringify(ENTRY);
  const damaged = ["\n", "null", line.slice(0, -1), `[${line}]`, `{"hub":"x:1"}`, "\0".repeat(1e6)];
  for (
    const content of [
      ...damaged,
      line.replace("7", "-7"),
      line.replace('"t1"', "[]"),
      line.replace("t1", "t".repeat(129)),
    ]
  ) {
    await using state = await folder();
    await state.write(content);
    assertEquals((await state.open()).session, undefined, content.slice(0, 50));
    assertEquals(state.names(), ["1", "2"]); // the second is new, and is kept for the next client
  }
  await using state = await folder();
  const old = Date.now() / 1000 - 86_400;
  await Deno.utime(await state.write(line), old, old);
  await Deno.mkdir(`${state.path}/2`);
  for (let count = 0; count < 2; count++) {
    assertEquals((await state.open()).session, undefined);
  }
  assertEquals(state.names(), ["1", "2", "3"]);
});

Deno.test("the session is saved at the welcome, and forgotten when the user leaves", async () => {
  for (const isLeaving of [true, false]) {
    await using state = await folder();
    const file = await state.open();
    const client = await TestConversation.start();
    const following = file.follow(client.conversation);
    await client.receive(welcome({ nick: "anita" }));
    const { state: joined } = client.conversation;
    await state.close({ isLeaving, state: joined });
    const next = await state.open({ nick: "" });
    assertEquals(next.session, isLeaving ? undefined : { ...LEFT, lastId: 0 });
    client.conversation.close();
    await following;
  }
});

Deno.test("files of other users and hubs are not locked: older runtimes wait a second for a lock", async () => {
  await using state = await folder();
  await state.write(JSON.stringify({ ...ENTRY, hub: "y:1" }));
  await state.write(JSON.stringify(ENTRY), 2);
  const { tryLock } = Deno.FsFile.prototype;
  let count = 0;
  Deno.FsFile.prototype.tryLock = function (isExclusive) {
    count++;
    return tryLock.call(this, isExclusive);
  };
  try {
    assertEquals((await state.open()).session, LEFT);
    assertEquals(count, 1);
    assertEquals((await state.open()).session, undefined); // the first client is running
  } finally {
    Deno.FsFile.prototype.tryLock = tryLock;
  }
  assertEquals(state.names(), ["1", "2", "3"]);
});
