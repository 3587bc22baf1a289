/** The client as a program: joins a hub, in a terminal or without one. */

import type { Environment } from "../cli/environment.ts";
import { EXIT } from "../cli/failure.ts";
import { readPassword } from "../cli/files.ts";
import { stateFile } from "../cli/state_folder.ts";
import { isSeen } from "../cli/terminal.ts";
import { type Lang, translate } from "../i18n/mod.ts";
import type { MessageFrame } from "../protocol/frame.ts";
import { MOD_NAMES } from "../protocol/input.ts";
import { HubConnection } from "./connection.ts";
import { Conversation } from "./conversation.ts";
import { makeTrust } from "./encryption.ts";
import { JsonFormat, TextFormat } from "./format.ts";
import { InputHistoryFile } from "./input_history_file.ts";
import { runInteractive } from "./interactive.ts";
import { LeaveGuard } from "./leaving.ts";
import { ASCII_MARKS, MARKS } from "./marks.ts";
import { BELL, notification } from "./notify.ts";
import { runOnce } from "./once.ts";
import { type ClientOptions, usesColor } from "./options.ts";
import { type Person, runPlain } from "./plain.ts";
import { askSecret } from "./terminal/secret.ts";
import { makeTheme } from "./theme.ts";

export { LOCAL_COMMANDS } from "./commands.ts";
export { DOCTOR_COMMAND_LINE, readDoctorOptions, runDoctor } from "./doctor/mod.ts";
export { CLIENT_COMMAND_LINE, readClientOptions } from "./options.ts";

/** Without a terminal, a lost connection is tried again for so long unless told, in seconds. */
const PLAIN_RETRY = 30;

/** Signals that come within so many milliseconds of the first one are no second wish. */
const SAME_SIGNAL = 500;

export interface ClientSurroundings {
  environment: Environment;
  /** Called when everything is open that the client will use, but for connections. */
  onOpen: () => void;
  /** For who runs the hub in the same terminal. */
  hosting?: Hosting;
}

/** What the client of who runs the hub knows of it. */
export interface Hosting {
  /** Leaves when it aborts. */
  signal: AbortSignal;
  /** How many people are there besides: leaving ends the chat for them. */
  others: () => number;
  /** With it, it is a moderator from the start. */
  moderatorPassword?: string | undefined;
}

/** Whether there is a person with a terminal. */
function isAtTerminal(): boolean {
  return Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
}

function isForScripts({ json, send }: ClientOptions): boolean {
  return json === true || send !== undefined;
}

/** Whether there is one whose lines can be redrawn. */
export function canRedraw(environment: Environment): boolean {
  return isAtTerminal() && environment("TERM") !== "dumb";
}

/**
 * Joins the hub, which a person who named none is helped to find, and stays until the person or the hub ends it, or until what there was to send is answered.
 *
 * @returns the exit code.
 * @throws {Failure} when the hub cannot be reached, the password file not be read, or the hub is lost while there is no terminal to say so.
 */
export async function runClient(
  options: ClientOptions,
  surroundings: ClientSurroundings,
): Promise<number> {
  const isForPerson = !isForScripts(options) && isAtTerminal();
  if (!options.isAnywhere || !isForPerson || surroundings.hosting) {
    return await joinHub(options, isForPerson, surroundings);
  }
  const { lang } = options;
  const print = (line: string) => writeLine(Deno.stdout, line);
  const { discover, joining } = await import("./discover/mod.ts"); // loaded only where it is wanted
  const hub = await discover({ lang, wantsTls: options.tls !== undefined, print });
  if (!hub) return EXIT.done;
  const hasPassword = options.password !== undefined || options.passwordFile !== undefined;
  if (hasPassword && hub.wantsPassword && !hub.isKnown) {
    await print(translate(lang, "client.password_kept_back"));
  }
  return await joinHub(joining(options, hub), isForPerson, surroundings);
}

async function joinHub(
  options: ClientOptions,
  isForPerson: boolean,
  { environment, onOpen, hosting }: ClientSurroundings,
): Promise<number> {
  const { addresses, nick, room, lang, passwordFile, joins, time } = options;
  const retry = options.retry ?? (isForPerson ? Infinity : PLAIN_RETRY);
  let isOpen = false;
  const trust = options.tls && await makeTrust(options.tls, {
    lang,
    environment,
    isForPerson: isForPerson && !hosting, // who runs the hub need not get to know it
    canAsk: () => !isOpen, // later the terminal is the chat's
    complain: (line) => void Deno.stderr.writeSync(utf8.encode(line + "\n")),
  });
  const conversation = await Conversation.open({
    addresses,
    lang,
    nick,
    room,
    password: passwordFile === undefined
      ? options.password
      : (await readPassword(passwordFile)).password,
    // A script wants what comes, not what was.
    history: Deno.stdin.isTerminal() && !isForScripts(options) && options.wantsHistory
      ? undefined
      : 0,
    retryFor: retry * 1000,
    connect: (address, hello, signal) => {
      const hub = trust?.(address);
      return HubConnection.open(address, hello, signal, hub && ((signal) => hub.connect(signal)));
    },
    now: () => performance.now(),
    after: (milliseconds, call) => {
      const timer = setTimeout(call, milliseconds);
      return () => clearTimeout(timer);
    },
    random: Math.random,
  });
  isOpen = true;
  if (hosting) beHost(conversation, hosting, lang);
  const bell = (message: MessageFrame) => ringing(options, environment, message);
  if (isForPerson && !options.isPlain) {
    const theme = makeTheme(usesColor(options.color, true, environment), options.theme);
    const marks = options.isAscii ? ASCII_MARKS : MARKS;
    const inputHistory = findInputHistory(options, environment);
    await inputHistory?.open();
    onOpen();
    const guard = hosting && new LeaveGuard({ ...hosting, now: () => performance.now() });
    return await runInteractive(conversation, {
      taste: { theme, time, joins, marks },
      bell,
      guard,
      inputHistory,
    });
  }
  onOpen();
  // Nobody must be waited for by the hub after that; one message is soon over.
  if (options.send === undefined) onEnding(() => conversation.leave());
  const person: Person = {
    askSecret,
    call: (message) => void Deno.stdout.writeSync(utf8.encode(bell(message))),
  };
  const surroundings = {
    input: Deno.stdin,
    print: (line: string) => writeLine(Deno.stdout, line),
    complain: (line: string) => writeLine(Deno.stderr, line),
    retry,
    ...(isForPerson ? { person } : {}),
  };
  if (options.send !== undefined) return await runOnce(conversation, options.send, surroundings);
  const format = options.json ? new JsonFormat() : new TextFormat({ retry, joins, isForPerson });
  return await runPlain(conversation, format, surroundings);
}

function beHost(
  conversation: Conversation,
  { signal, moderatorPassword }: Hosting,
  lang: Lang,
): void {
  signal.addEventListener("abort", () => conversation.leave());
  if (signal.aborted) conversation.leave();
  if (moderatorPassword !== undefined) {
    conversation.submit(`/${MOD_NAMES[lang][0]} ${moderatorPassword}`);
  }
}

/** What is written to the terminal to call a person whom a message mentions. */
function ringing(
  { bell }: ClientOptions,
  environment: Environment,
  { nick, text }: MessageFrame,
): string {
  if (bell === "none") return "";
  const shown = bell === "notify" ? notification(environment, { from: nick, text }) : undefined;
  // Nobody knows whether tmux passes on what is meant for the terminal around it.
  return shown === undefined ? BELL : environment("TMUX") ? shown + BELL : shown;
}

/** Who ends the program leaves the chat first. Where that takes too long, the same signal again ends it at once. */
function onEnding(leave: () => void): void {
  const wasSeen = isSeen();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    const end = () => {
      if (signal === "SIGHUP" && !wasSeen) return;
      leave();
      setTimeout(() => Deno.removeSignalListener(signal, end), SAME_SIGNAL);
    };
    try {
      Deno.addSignalListener(signal, end);
    } catch {
      // not every system has every signal
    }
  }
}

/** Where what is typed is kept, unless it is not to be, or there is no place for it. */
function findInputHistory(
  options: ClientOptions,
  environment: Environment,
): InputHistoryFile | undefined {
  const place = stateFile("input-history", environment, Deno.build.os === "windows");
  return options.inputHistory && place ? new InputHistoryFile(place) : undefined;
}

const utf8 = new TextEncoder();

/** Gives false when nobody reads any more. */
async function writeLine(
  output: { write(bytes: Uint8Array): Promise<number> },
  line: string,
): Promise<boolean> {
  let bytes = utf8.encode(line + "\n");
  try {
    while (bytes.length > 0) bytes = bytes.subarray(await output.write(bytes));
    return true;
  } catch {
    return false;
  }
}
