/**
 * Plays the scene of the picture with the real program: a hub, three clients in terminals, and a user who has only `nc`.
 * Records the terminal of ana, who is typing while messages arrive.
 */

import type { Cell } from "../../tests/support/screen.ts";
import { chat, startHub } from "../../tests/support/program.ts";
import { tempDirectory } from "../../tests/support/temp.ts";
import { TestTerminal } from "../../tests/support/terminal.ts";
import { type Frame, join, type Recording } from "./recording.ts";
import type { Act, Part, Script } from "./scripts.ts";

/** The address that users type in the scene. The hub's own differs each time. */
const ADDRESS = "192.168.1.20 3000";
/** In place of the time of day. */
export const TIME = "14:52";
const COLUMNS = 80;
const ROWS = 14;
const PROMPT = "ana> ";
const ENTER = "\r";

/** How long each part takes in the picture, in ms. In the scene every step waits for the one before it. */
const BEFORE = 800;
const KEY = 65;
const SPACE = 110;

/** For a shell: prints the path of any implementation of `nc`, or fails. */
export const FIND_NC = "command -v nc || command -v ncat || command -v netcat";

/** The path of `nc`, or undefined if it is not installed. */
export function findNc(): string | undefined {
  const { success, stdout } = new Deno.Command("sh", { args: ["-c", FIND_NC] }).outputSync();
  return success ? new TextDecoder().decode(stdout).trim() : undefined;
}

export async function playScene(script: Script, { nc }: { nc: string }): Promise<Recording> {
  await using stack = new AsyncDisposableStack();
  const directory = stack.use(await tempDirectory());
  const hub = stack.use(await startHub(["--lang", script.lang, "--rate", "0"]));
  await writeCommands(directory.path, hub.port, nc);
  const open = () => stack.use(openShell(directory.path, script));
  const people: Readonly<Record<Part, TestTerminal>> = {
    josé: open(),
    kenta: open(),
    ana: open(),
    marta: open(),
  };
  const { ana, marta } = people;
  // One after another, so that each finds the same members there each time.
  for (const [part, nick] of [["josé", "José"], ["kenta", "健太"], ["ana", "ana"]] as const) {
    await enterShell(people[part], `chat client ${ADDRESS} --name ${nick}`);
    await people[part].until((it) => shows(it, `${nick}>`), `the prompt of ${nick}`);
  }
  await enterShell(marta, `nc ${ADDRESS}`);
  for (const terminal of [ana, marta]) await terminal.until((it) => shows(it, "guest1"));
  let typed = "";
  const isSettled = (it: TestTerminal) =>
    it.cursor().x === PROMPT.length + typed.length &&
    it.screen().at(-1) === (PROMPT + typed).trimEnd();
  const act = async ({ by, types, pastes, seen = types! }: Act) => {
    if (pastes !== undefined) people[by].paste(pastes);
    people[by].type((types ?? "") + ENTER);
    await ana.until((it) => shows(it, seen) && !hasPending(it), seen);
  };
  for (const each of script.before) await act(each);
  await ana.until(isSettled, "an empty line at the end of a full screen");

  const frames = [shoot(ana, 0)];
  let time = BEFORE;
  for (const each of script.typing) {
    if (typeof each !== "string") {
      await act(each);
      await ana.until(isSettled, `"${typed}" below what has arrived`);
      frames.push(shoot(ana, time));
      time += KEY;
      continue;
    }
    for (const key of each) {
      ana.type(key);
      typed += key;
      await ana.until(isSettled, `"${typed}"`);
      frames.push(shoot(ana, time));
      time += key === " " ? SPACE : KEY;
    }
  }
  return join(frames);
}

async function enterShell(terminal: TestTerminal, command: string): Promise<void> {
  await terminal.until((it) => it.screen()[0] === "$", "the prompt of the shell");
  terminal.type(command + ENTER);
}

/** Whether a text is on a screen, wherever its rows end. */
function shows(terminal: TestTerminal, text: string): boolean {
  const dense = (rows: string) => rows.replace(/\s/g, "");
  return dense(terminal.screen().join("")).includes(dense(text));
}

/** Whether a message waits to be accepted by the hub. */
function hasPending(terminal: TestTerminal): boolean {
  return terminal.screen().some((row) => row.startsWith("…"));
}

function openShell(directory: string, { lang }: Script): TestTerminal {
  return TestTerminal.open(["sh"], {
    cols: COLUMNS,
    rows: ROWS,
    env: {
      PATH: `${directory}:${Deno.env.get("PATH")}`,
      PS1: "$ ",
      LANG: lang === "es" ? "es_ES.UTF-8" : "en_GB.UTF-8",
    },
  });
}

/** Commands by the names that users type. They reach the hub regardless of the address that is given. */
async function writeCommands(directory: string, port: number, nc: string): Promise<void> {
  const call = (words: string[]) =>
    words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  const commands = {
    chat: `shift 3\nexec ${call(chat("client", "127.0.0.1", String(port)))} "$@"`,
    nc: `exec ${call([nc, "127.0.0.1", String(port)])}`,
  };
  for (const [name, script] of Object.entries(commands)) {
    await Deno.writeTextFile(`${directory}/${name}`, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
}

/** The whole screen, at one time of day. */
export function shoot(terminal: TestTerminal, time: number, columns = COLUMNS): Frame {
  const cells = terminal.screen().map((row, at) => {
    const isTimed = /^\d\d:\d\d /.test(row);
    return Array.from({ length: columns }, (_, column): Cell => {
      const cell = terminal.cell(column, at);
      return isTimed && column < TIME.length ? { ...cell, text: TIME[column]! } : cell;
    });
  });
  return { time, cells, cursor: terminal.cursor().x };
}
