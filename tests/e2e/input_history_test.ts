/** What one has typed can be called back the next time, but for what is private; it is in a file that nobody else reads. */

import { assertEquals } from "@std/assert";
import { type Hub, runChat, startHub } from "../support/program.ts";
import { type TempDirectory, tempDirectory } from "../support/temp.ts";
import type { TestTerminal } from "../support/terminal.ts";
import {
  history,
  join,
  type JoinOptions,
  narrow,
  placed,
  testInPty,
  untilInput,
} from "./people.ts";

/** Joins with a state folder, does what is to be done, and leaves. */
async function visit(
  hub: Hub,
  { path }: TempDirectory,
  act: (ana: TestTerminal) => void | Promise<void>,
  options: JoinOptions = {},
): Promise<string[]> {
  await using ana = await join(hub, "ana", { env: { XDG_STATE_HOME: path }, ...options });
  await act(ana);
  ana.press("ctrl-c", "ctrl-c");
  await ana.exit();
  return history(ana);
}

const fileIn = ({ path }: TempDirectory) => `${path}/chat/input-history`;
const linesIn = async (state: TempDirectory) => await Deno.readTextFile(fileIn(state));

testInPty("what was typed is called back the next time, the latest first", async () => {
  await using hub = await startHub();
  await using state = await tempDirectory();
  await visit(hub, state, async (ana) => {
    ana.type("hola José\r/who\r//slash\rhola José\r");
    await untilInput(ana, placed("ana", [], 80), "* 1 here");
  });
  assertEquals(await linesIn(state), "/who\n//slash\nhola José\n");
  await visit(hub, state, async (ana) => {
    for (const line of ["hola José", "//slash", "/who"]) {
      ana.press("up");
      await untilInput(ana, placed("ana", narrow(line), 80));
    }
  });
});

testInPty("what is private, secret, unknown or of several lines is not kept", async () => {
  await using hub = await startHub();
  await using state = await tempDirectory();
  await visit(hub, state, async (ana) => {
    ana.type("/msg bob s1\r/PRIVADO bob s2\r/r s3\r/reply s4\r/responder s5\r/mod s6\r");
    ana.type("/mod\rs7\r/mgs bob s8\r /msg bob s9\r");
    ana.paste("s10\ns11");
    ana.type("public\r");
    await untilInput(ana, placed("ana", [], 80), "ana: public");
  });
  assertEquals(await linesIn(state), "public\n");
});

testInPty("the file and its folder are for nobody else", async () => {
  await using hub = await startHub();
  await using state = await tempDirectory();
  const mode = (path: string) => (Deno.statSync(path).mode! & 0o777).toString(8);
  await visit(hub, state, () => {});
  assertEquals([mode(`${state.path}/chat`), mode(fileIn(state))], ["700", "600"]);
  await Deno.chmod(fileIn(state), 0o644);
  await visit(hub, state, () => {});
  assertEquals(mode(fileIn(state)), "600");
});

testInPty("clients at the same time keep each other's lines", async () => {
  await using hub = await startHub(["--rate", "0"]);
  await using state = await tempDirectory();
  const env = { XDG_STATE_HOME: state.path };
  const old = Array.from({ length: 510 }, (_, number) => `old ${number}`);
  await Deno.mkdir(`${state.path}/chat`);
  await Deno.writeTextFile(fileIn(state), old.map((line) => `${line}\n`).join(""));
  await using ana = await join(hub, "ana", { env });
  await using bob = await join(hub, "bob", { env });
  for (let number = 0; number < 10; number++) {
    ana.type(`ana ${number}\r`);
    bob.type(`bob ${number}\r`);
  }
  await ana.until("bob: bob 9");
  await bob.until("ana: ana 9");
  for (const person of [ana, bob]) {
    person.press("ctrl-d");
    await person.exit();
  }
  const lines = (await linesIn(state)).trimEnd().split("\n");
  assertEquals(lines.length, 500);
  assertEquals(lines.slice(0, 480), old.slice(30));
  const ofAna = lines.filter((line) => line.startsWith("ana"));
  assertEquals(ofAna, Array.from({ length: 10 }, (_, number) => `ana ${number}`));
});

testInPty("--no-input-history neither reads nor writes", async () => {
  await using hub = await startHub();
  await using state = await tempDirectory();
  await visit(hub, state, (ana) => ana.type("hola\r"));
  await visit(hub, state, async (ana) => {
    ana.press("up");
    ana.type("other\r");
    await untilInput(ana, placed("ana", [], 80), "ana: other");
  }, { args: ["--no-input-history"] });
  assertEquals(await linesIn(state), "hola\n");
});

testInPty("a folder that cannot be used is told once, and the chat goes on", async () => {
  await using hub = await startHub();
  await using state = await tempDirectory();
  await Deno.writeTextFile(`${state.path}/chat`, "no folder");
  const rows = await visit(hub, state, async (ana) => {
    ana.type("one\rtwo\r");
    await untilInput(ana, placed("ana", [], 80), "ana: two");
    ana.press("up");
    await untilInput(ana, placed("ana", narrow("two"), 80));
  }, { cols: 200, env: { XDG_STATE_HOME: state.path } });
  const complaint = `* what you type will not be kept for the next time: ${
    fileIn(state)
  } cannot be read and written`;
  assertEquals(rows.filter((row) => row.includes("not be kept")), [complaint]);
  assertEquals(await Deno.readTextFile(`${state.path}/chat`), "no folder");
});

testInPty("without XDG_STATE_HOME the folder is in the person's home", async () => {
  await using hub = await startHub();
  await using home = await tempDirectory();
  await visit(hub, home, (ana) => ana.type("hola\r"), {
    env: { XDG_STATE_HOME: "", HOME: home.path },
  });
  const file = `${home.path}/.local/state/chat/input-history`;
  assertEquals(await Deno.readTextFile(file), "hola\n");
});

Deno.test("without a terminal nothing is read or written", async () => {
  await using hub = await startHub();
  await using state = await tempDirectory();
  const { code } = await runChat(["client", "127.0.0.1", String(hub.port)], {
    stdin: "hola\n",
    env: { XDG_STATE_HOME: state.path },
  });
  assertEquals(code, 0);
  assertEquals([...Deno.readDirSync(state.path)], []);
});
