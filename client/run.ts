/** The composition root of the client: opens the conversation with a hub, and runs it at a terminal or for a script. */

import type { Environment } from "../common/cli/environment.ts";
import { readPassword } from "../common/cli/files.ts";
import { write } from "../common/cli/output.ts";
import { warn } from "../common/cli/tell.ts";
import { openFolder } from "../common/cli/own_files.ts";
import type { Invitation, OwnHub } from "../common/cli/own_hub.ts";
import { leaveOnSignals } from "../common/cli/signals.ts";
import { stateFile } from "../common/cli/state_folder.ts";
import { giveUpFiles } from "../common/cli/subcommand.ts";
import { hasColors } from "../common/cli/terminal.ts";
import { after } from "../common/cli/timers.ts";
import { type Lang, NO_BREAK, translate } from "../common/i18n/mod.ts";
import type { MessageFrame } from "../common/protocol/frame.ts";
import { sanitize } from "../common/protocol/sanitize.ts";
import { HubConnection } from "./net/connection.ts";
import { dial } from "./net/dial.ts";
import { type ClientOptions, isScript, usesColor } from "./options.ts";
import { Conversation } from "./session/conversation.ts";
import { invite } from "./session/invitation.ts";
import { SessionFile } from "./session/session_file.ts";
import { isUnknownZone } from "./ui/timestamps.ts";
import { findKnownHubs } from "./trust/known_hubs.ts";

/** How long a script retries a lost connection by default, in seconds. */
const SCRIPT_RETRY = 30;

/**
 * Joins a hub, `ownHub` if it runs in this process, and gives the exit code when the conversation is over.
 * @throws {Failure} if the hub cannot be joined, or the connection breaks for good.
 */
export async function joinHub(
  options: ClientOptions,
  environment: Environment,
  { isInteractive, ownHub }: { isInteractive: boolean; ownHub?: OwnHub },
): Promise<number> {
  const { addresses, nick, room, lang, passwordFile } = options;
  warnOfOpenFolder(lang, environment);
  const showsTimes = isInteractive && !options.isPlain && options.time !== "none";
  if (showsTimes) warnOfUnknownZone(lang, environment);
  const retry = options.retry ?? (isInteractive ? Infinity : SCRIPT_RETRY);
  let isOpen = false;
  const trust = options.tls && await (await import("./trust/mod.ts")).openTrust(options.tls, {
    lang,
    environment,
    isInteractive: isInteractive && !ownHub, // the host's own hub needs no question
    mayPrompt: () => !isOpen, // later the chat owns the terminal
  });
  // The host's own hub need not be what was at its address before.
  const knownHubs = options.tls || ownHub ? undefined : findKnownHubs(environment);
  const keepsSession = isInteractive && !ownHub;
  const sessionFile = keepsSession ? await SessionFile.open(environment, options) : undefined;
  // Scripts get new messages only.
  const showsHistory = Deno.stdin.isTerminal() && !isScript(options) && options.wantsHistory;
  const conversation = await Conversation.open({
    addresses,
    lang,
    nick,
    room,
    retryFor: retry * 1000,
    session: sessionFile?.session,
    password: passwordFile ? await readPassword(passwordFile) : options.password,
    history: showsHistory ? undefined : 0,
    connect: async (address, hello, signal) => {
      await knownHubs?.checkPlain(address);
      const socket = await (trust ? trust(address).connect(signal) : dial(address, signal));
      return new HubConnection(socket, address, hello);
    },
    now: () => performance.now(),
    date: Date.now,
    after,
    random: Math.random,
  });
  isOpen = true;
  // The host's client leaves when the hub stops.
  ownHub?.stop.addEventListener("abort", () => conversation.leave());
  if (ownHub?.stop.aborted) conversation.leave();
  const invitation = () =>
    ownHub?.invitation ?? invite(conversation.address, options.tls, conversation.state);
  const run = isInteractive && !options.isPlain ? runAtTerminal : runWithoutScreen;
  sessionFile?.follow(conversation);
  return await run(conversation, options, { environment, isInteractive, retry, invitation, ownHub })
    .finally(() => sessionFile?.close(conversation));
}

/** Others could replace what the client keeps for its user: the known hubs, the input history. */
function warnOfOpenFolder(lang: Lang, environment: Environment): void {
  const place = stateFile("known-hubs", environment);
  const path = place && openFolder(place.folder);
  if (path) warn(`* ${translate(lang, "client.open_folder", { path }, NO_BREAK)}`);
}

/** Times would be in UTC without a word. */
function warnOfUnknownZone(lang: Lang, environment: Environment): void {
  const value = environment("TZ");
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!isUnknownZone(value, { zone, offset: new Date().getTimezoneOffset() })) return;
  warn(`* ${sanitize(translate(lang, "client.unknown_zone", { value: value! }))}`);
}

interface Surroundings {
  environment: Environment;
  isInteractive: boolean;
  /** In seconds. */
  retry: number;
  invitation: () => Invitation;
  ownHub: OwnHub | undefined;
}

/** Runs with a prompt below the messages. */
async function runAtTerminal(
  conversation: Conversation,
  options: ClientOptions,
  { environment, invitation, ownHub }: Surroundings,
): Promise<number> {
  const { InteractiveClient } = await import("./ui/interactive.ts");
  const { InputHistoryFile } = await import("./ui/input_history_file.ts");
  const { hyperlink, takesLinks } = await import("./ui/links.ts");
  const { guardLeaving } = await import("./ui/leave_guard.ts");
  const { alertSequence } = await import("./ui/notify.ts");
  const { openJobControl } = await import("./terminal/job_control.ts");
  const { ASCII_GLYPHS, makeTheme, UNICODE_GLYPHS } = await import("./ui/theme.ts");
  const { joins, markup, time } = options;
  const hasColor = usesColor(options.color, true, environment);
  const place = options.inputHistory ? stateFile("input-history", environment) : undefined;
  const inputHistory = place && new InputHistoryFile(place);
  const history = await inputHistory?.open() ?? [];
  const stop = ownHub ? undefined : openJobControl(); // a host would stop the hub
  giveUpFiles();
  const client = new InteractiveClient(conversation, {
    display: {
      theme: makeTheme(hasColor, options.theme),
      time,
      joins,
      glyphs: options.isAscii ? ASCII_GLYPHS : UNICODE_GLYPHS,
      link: hasColor && takesLinks(environment) ? hyperlink : () => (text) => text,
      hasMarkup: markup === "basic",
    },
    bell: (message) => alertSequence(options.bell, environment, message),
    showsTitle: options.showsTitle,
    stop,
    invitation,
    hasQr: hasColor && hasColors(environment),
    requestLeave: ownHub && guardLeaving(ownHub.others, () => performance.now()),
    inputHistory,
  }, history);
  return await client.run();
}

/** Runs line by line, without redrawing. */
async function runWithoutScreen(
  conversation: Conversation,
  options: ClientOptions,
  { environment, isInteractive, retry, invitation }: Surroundings,
): Promise<number> {
  const { JsonFormat, TextFormat } = await import("./script/format.ts");
  const { linePrinter, PlainClient } = await import("./script/plain.ts");
  const { askSecret, userInput } = await import("./terminal/ask.ts");
  const { alertSequence } = await import("./ui/notify.ts");
  giveUpFiles();
  const { joins, send } = options;
  // A single message is sent quickly, so a signal may end the process at once.
  if (send === undefined) leaveOnSignals(() => conversation.leave());
  const user = {
    askSecret,
    alert: (message: MessageFrame) =>
      write(Deno.stdout, alertSequence(options.bell, environment, message)),
  };
  const io = {
    input: send ?? userInput,
    print: linePrinter(Deno.stdout),
    printError: linePrinter(Deno.stderr),
    user: isInteractive ? user : undefined,
    invitation: () => invitation().lines,
  };
  const isSingle = send !== undefined;
  const format = options.json
    ? new JsonFormat()
    : new TextFormat({ retry, joins, isInteractive, isSingle });
  return await new PlainClient(conversation, format, io).run();
}
