/** `chat client`: joins a hub, from a terminal or from a script. */

import { parseArguments } from "../common/cli/command_line.ts";
import type { Environment } from "../common/cli/environment.ts";
import { EXIT } from "../common/cli/failure.ts";
import { onFault } from "../common/cli/faults.ts";
import { readPassword } from "../common/cli/files.ts";
import { complain, print, write } from "../common/cli/output.ts";
import { writeAll } from "../common/cli/own_files.ts";
import type { OwnHub } from "../common/cli/own_hub.ts";
import { leaveOnSignals } from "../common/cli/signals.ts";
import {
  type Context,
  describe,
  giveUpFiles,
  reportErrors,
  runSubcommand,
} from "../common/cli/subcommand.ts";
import { isAtTerminal } from "../common/cli/terminal.ts";
import { translate } from "../common/i18n/mod.ts";
import type { MessageFrame } from "../common/protocol/frame.ts";
import { MOD_NAMES } from "../common/protocol/input.ts";
import { HubConnection } from "./net/connection.ts";
import {
  CLIENT_COMMAND_LINE,
  type ClientOptions,
  readClientOptions,
  usesColor,
} from "./options.ts";
import { Conversation } from "./session/conversation.ts";

/** How long a script retries a lost connection by default, in seconds. */
const SCRIPT_RETRY = 30;

/** Runs `chat client` and gives the exit code. Never rejects. */
export async function main(args: readonly string[], context: Context): Promise<number> {
  const { environment, exit } = context;
  return await runSubcommand(CLIENT_COMMAND_LINE, args, context, async (parsed) => {
    const options = readClientOptions(parsed, environment);
    // Exiting restores the terminal; the error appears below the input.
    onFault((error) => {
      if (Deno.stderr.isTerminal()) write(Deno.stderr, "\n");
      complain(describe(error, options.lang));
      exit(EXIT.failed);
    });
    return await reportErrors(
      options.lang,
      CLIENT_COMMAND_LINE.name,
      () => runClient(options, environment),
    );
  });
}

/** Joins a hub that runs in the same process, as its host, and gives the exit code when the host leaves. */
export async function joinOwnHub(hub: OwnHub, { environment }: Context): Promise<number> {
  const { address, fingerprint, nick, lang, password } = hub;
  const defaults = readClientOptions(parseArguments(CLIENT_COMMAND_LINE, []), environment);
  const { usesDefaultAddress: _, ...options } = defaults;
  return await joinHub(
    {
      ...options,
      addresses: [address],
      ...(nick === undefined ? {} : { nick }),
      ...(password === undefined ? {} : { password }),
      ...(fingerprint === undefined ? {} : { tls: { pin: fingerprint } }),
      lang,
    },
    environment,
    { isInteractive: true, ownHub: hub },
  );
}

/**
 * Joins the hub and stays until the user or the hub ends the session, or until everything that a script sends is
 * answered. A user who named no hub chooses among those on the network.
 */
async function runClient(options: ClientOptions, environment: Environment): Promise<number> {
  const isInteractive = !isScript(options) && isAtTerminal();
  if (!options.usesDefaultAddress || !isInteractive) {
    return await joinHub(options, environment, { isInteractive });
  }
  const { lang } = options;
  const { discover, joinOptions } = await import("./discover/mod.ts");
  const hub = await discover({
    lang,
    wantsTls: options.tls !== undefined,
    print: (line) => writeLine(Deno.stdout, line),
  });
  if (!hub) return EXIT.done;
  const hasPassword = options.password !== undefined || options.passwordFile !== undefined;
  if (hasPassword && hub.wantsPassword && !hub.isProbed) {
    print(translate(lang, "client.password_kept_back"));
  }
  return await joinHub(joinOptions(options, hub), environment, { isInteractive });
}

async function joinHub(
  options: ClientOptions,
  environment: Environment,
  { isInteractive, ownHub }: { isInteractive: boolean; ownHub?: OwnHub },
): Promise<number> {
  const retry = options.retry ?? (isInteractive ? Infinity : SCRIPT_RETRY);
  let isOpen = false;
  const trust = options.tls && await (await import("./trust/mod.ts")).openTrust(options.tls, {
    lang: options.lang,
    environment,
    isInteractive: isInteractive && !ownHub, // the host's own hub needs no question
    mayPrompt: () => !isOpen, // later the chat owns the terminal
    warn: (line) => write(Deno.stderr, line + "\n"),
  });
  const conversation = await openConversation(options, retry, trust);
  isOpen = true;
  if (ownHub) attachToHub(conversation, ownHub);
  return isInteractive && !options.isPlain
    ? await runAtTerminal(conversation, options, environment, ownHub)
    : await runWithoutScreen(conversation, options, environment, { isInteractive, retry });
}

type TrustByAddress = Awaited<ReturnType<typeof import("./trust/mod.ts").openTrust>>;

async function openConversation(
  options: ClientOptions,
  retry: number,
  trust: TrustByAddress | undefined,
): Promise<Conversation> {
  const { addresses, nick, room, lang, passwordFile } = options;
  // Scripts get new messages only.
  const showsHistory = Deno.stdin.isTerminal() && !isScript(options) && options.wantsHistory;
  return await Conversation.open({
    addresses,
    lang,
    nick,
    room,
    password: passwordFile === undefined
      ? options.password
      : (await readPassword(passwordFile)).password,
    history: showsHistory ? undefined : 0,
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
}

/** The host's client leaves when the hub stops, and moderates if the hub has moderators. */
function attachToHub(conversation: Conversation, { stop, moderatorPassword, lang }: OwnHub): void {
  stop.addEventListener("abort", () => conversation.leave());
  if (stop.aborted) conversation.leave();
  if (moderatorPassword !== undefined) {
    conversation.submit(`/${MOD_NAMES[lang][0]} ${moderatorPassword}`);
  }
}

/** Runs with a prompt below the messages. */
async function runAtTerminal(
  conversation: Conversation,
  options: ClientOptions,
  environment: Environment,
  ownHub: OwnHub | undefined,
): Promise<number> {
  const [{ runInteractive }, { findInputHistory }, { LeaveGuard }, theme] = await Promise.all([
    import("./ui/interactive.ts"),
    import("./ui/input_history_file.ts"),
    import("./ui/leave_guard.ts"),
    import("./ui/theme.ts"),
  ]);
  const { joins, time } = options;
  const inputHistory = options.inputHistory ? findInputHistory(environment) : undefined;
  await inputHistory?.open();
  const bell = await makeBell(options, environment);
  giveUpFiles();
  return await runInteractive(conversation, {
    display: {
      theme: theme.makeTheme(usesColor(options.color, true, environment), options.theme),
      time,
      joins,
      glyphs: options.isAscii ? theme.ASCII_GLYPHS : theme.UNICODE_GLYPHS,
    },
    bell,
    guard: ownHub && new LeaveGuard({ others: ownHub.others, now: () => performance.now() }),
    inputHistory,
  });
}

/** Runs line by line, without redrawing. */
async function runWithoutScreen(
  conversation: Conversation,
  options: ClientOptions,
  environment: Environment,
  { isInteractive, retry }: { isInteractive: boolean; retry: number },
): Promise<number> {
  const [{ runPlain }, { sendOnce }, { JsonFormat, TextFormat }, { askSecret }] = await Promise.all(
    [
      import("./script/plain.ts"),
      import("./script/send_once.ts"),
      import("./script/format.ts"),
      import("./terminal/ask.ts"),
    ],
  );
  const bell = await makeBell(options, environment);
  giveUpFiles();
  // A single message is sent quickly, so a signal may end the process at once.
  if (options.send === undefined) leaveOnSignals(() => conversation.leave());
  const user = {
    askSecret,
    alert: (message: MessageFrame) => write(Deno.stdout, bell(message)),
  };
  const io = {
    input: Deno.stdin,
    print: (line: string) => writeLine(Deno.stdout, line),
    printError: (line: string) => writeLine(Deno.stderr, line),
    retry,
    ...(isInteractive ? { user } : {}),
  };
  if (options.send !== undefined) return await sendOnce(conversation, options.send, io);
  const { joins } = options;
  const format = options.json ? new JsonFormat() : new TextFormat({ retry, joins, isInteractive });
  return await runPlain(conversation, format, io);
}

/** Returns the function that gives the bell or the notification for a message. */
async function makeBell(
  { bell }: ClientOptions,
  environment: Environment,
): Promise<(message: MessageFrame) => string> {
  const { alertSequence } = await import("./ui/notify.ts");
  return (message) => alertSequence(bell, environment, message);
}

function isScript({ json, send }: ClientOptions): boolean {
  return json === true || send !== undefined;
}

const utf8 = new TextEncoder();

/** Resolves to false once the reader of the output is gone. */
async function writeLine(
  output: { write(bytes: Uint8Array): Promise<number> },
  line: string,
): Promise<boolean> {
  try {
    await writeAll(output, utf8.encode(line + "\n"));
    return true;
  } catch {
    return false;
  }
}
