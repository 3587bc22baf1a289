/** The input history: what the next session recalls, what is not kept, and its file, which only its owner can read. */

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

/** Joins with a state folder, runs `act`, and leaves. */
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

testInPty("the next session recalls the lines, the latest first", async () => {
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

testInPty("private messages, passwords, unknown commands and pastes are not kept", async () => {
  await using hub = await startHub();
  await using state = await tempDirectory();
  await visit(hub, state, async (ana) => {
    ana.type("/msg bob s1\r/PRIVADO bob s2\r/r s3\r/reply s4\r/responder s5\r/mod s6\r");
    ana.type("/mod\rs7\r/mgs bob s8\r /msg bob s9\r");
    ana.paste("s10\ns11");
    ana.type("\rpublic\r");
    await untilInput(ana, placed("ana", [], 80), "ana: public");
  });
  assertEquals(await linesIn(state), "public\n");
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

testInPty("an unusable folder is reported once, and the chat goes on", async () => {
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
