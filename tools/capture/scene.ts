/**
 * Plays the scene of the picture with the real program: a hub, three clients in terminals, and somebody who has `nc` alone.
 * Gives what two of them see at one moment. How that is drawn it does not know.
 */

import type { Cell } from "../../tests/support/screen.ts";
import { chat, startHub } from "../../tests/support/program.ts";
import { tempDirectory } from "../../tests/support/temp.ts";
import { TestTerminal } from "../../tests/support/terminal.ts";
import type { Shot } from "./picture.ts";
import type { Act, Part, Script } from "./scripts.ts";

/** The address that people type in the scene. That of the hub differs each time. */
const ADDRESS = "192.168.1.20 3000";
/** In place of the time of day, which differs each time. */
const TIME = "14:52";
const COLUMNS = 80;
/** More than the scene takes: rows that are not used are not shown. */
const ROWS = 40;
const ENTER = "\r";

/** For a shell: names a real `nc`, of whatever make, and fails where there is none. */
export const FIND_NC = "command -v nc || command -v ncat || command -v netcat";

/** Where that is; undefined where there is none. */
export function findNc(): string | undefined {
  const { success, stdout } = new Deno.Command("sh", { args: ["-c", FIND_NC] }).outputSync();
  return success ? new TextDecoder().decode(stdout).trim() : undefined;
}

/** Plays it, and gives the screens of ana and marta while ana is typing. */
export async function playScene(script: Script, { nc }: { nc: string }): Promise<Shot[]> {
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
  // One after another, so that each finds the same people there each time.
  for (const [part, nick] of [["josé", "José"], ["kenta", "健太"], ["ana", "ana"]] as const) {
    await enterShell(people[part], `chat client ${ADDRESS} --name ${nick}`);
    await people[part].until((it) => shows(it, `${nick}>`), `the prompt of ${nick}`);
  }
  await enterShell(marta, `nc ${ADDRESS}`);
  await marta.until((it) => shows(it, "guest1"));
  await ana.until((it) => shows(it, "guest1"));
  for (const { seen, ...act } of script.acts) {
    enter(people[act.by], act);
    if (seen.ana !== undefined) await ana.until((it) => shows(it, seen.ana!), seen.ana);
    if (seen.marta !== undefined) await marta.until((it) => shows(it, seen.marta!), seen.marta);
  }
  ana.type(script.typing);
  await ana.until((it) => shows(it, `ana> ${script.typing}`) && !hasPending(it), "what ana types");
  return [shoot(ana, script.titles.ana), shoot(marta, script.titles.marta)];
}

async function enterShell(terminal: TestTerminal, command: string): Promise<void> {
  await terminal.until((it) => it.screen()[0] === "$", "the prompt of the shell");
  terminal.type(command + ENTER);
}

function enter(terminal: TestTerminal, { types, pastes }: Pick<Act, "types" | "pastes">): void {
  if (pastes !== undefined) terminal.paste(pastes);
  else terminal.type(types + ENTER);
}

/** Whether a text is on a screen, wherever its rows end. */
function shows(terminal: TestTerminal, text: string): boolean {
  const dense = (rows: string) => rows.replace(/\s/g, "");
  return dense(terminal.screen().join("")).includes(dense(text));
}

/** Whether something waits to be accepted by the hub. */
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

/** Commands by the names that people type, which reach the hub whatever address these name. */
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

/** What is on a screen down to the last row that is used, all at one time of day. */
function shoot(terminal: TestTerminal, title: string): Shot {
  const screen = terminal.screen();
  const { x, y } = terminal.cursor();
  const last = Math.max(y, screen.findLastIndex((row) => row !== ""));
  const cells = screen.slice(0, last + 1).map((row, at) => {
    const isTimed = /^\d\d:\d\d /.test(row);
    return Array.from({ length: COLUMNS }, (_, column): Cell => {
      const cell = terminal.cell(column, at);
      return isTimed && column < TIME.length ? { ...cell, text: TIME[column]! } : cell;
    });
  });
  return { title, cells, cursor: { x, y } };
}
