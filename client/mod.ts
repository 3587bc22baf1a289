/** The client as a program: joins a hub, in a terminal or without one. */

import type { Environment } from "../cli/environment.ts";
import { readPassword } from "../cli/files.ts";
import { HubConnection } from "./connection.ts";
import { Conversation } from "./conversation.ts";
import { inputHistoryPath } from "./input_history.ts";
import { InputHistoryFile } from "./input_history_file.ts";
import { runInteractive } from "./interactive.ts";
import { type ClientOptions, usesColor } from "./options.ts";
import { runPlain } from "./plain.ts";

export { CLIENT_COMMAND_LINE, readClientOptions } from "./options.ts";

/** Without a terminal, a lost connection is tried again for so long unless told, in seconds. */
const PLAIN_RETRY = 30;

/**
 * Joins the hub and stays until the person or the hub ends it.
 *
 * @returns the exit code.
 * @throws {Failure} when the hub cannot be reached, the password file not be read, or the hub is lost while there is no terminal to say so.
 */
export async function runClient(options: ClientOptions, environment: Environment): Promise<number> {
  const { address, nick, lang, passwordFile } = options;
  // A dumb terminal cannot have its lines redrawn.
  const isDumb = environment("TERM") === "dumb";
  const isInteractive = Deno.stdin.isTerminal() && Deno.stdout.isTerminal() && !isDumb;
  const retry = options.retry ?? (isInteractive ? Infinity : PLAIN_RETRY);
  const conversation = await Conversation.open({
    address,
    lang,
    nick,
    password: passwordFile === undefined
      ? options.password
      : (await readPassword(passwordFile)).password,
    // A script wants what comes, not what was.
    history: Deno.stdin.isTerminal() ? undefined : 0,
    retryFor: retry * 1000,
    connect: (hello, signal) => HubConnection.open(address, hello, signal),
    now: () => performance.now(),
    after: (milliseconds, call) => {
      const timer = setTimeout(call, milliseconds);
      return () => clearTimeout(timer);
    },
    random: Math.random,
  });
  if (isInteractive) {
    const color = usesColor(options.color, true, environment);
    const inputHistory = findInputHistory(options, environment);
    return await runInteractive(conversation, { color, ...(inputHistory && { inputHistory }) });
  }
  return await runPlain(conversation, {
    input: Deno.stdin,
    print: (line) => writeLine(Deno.stdout, line),
    complain: (line) => writeLine(Deno.stderr, line),
    address,
    retry,
  });
}

/** Where what is typed is kept, unless it is not to be, or there is no place for it. */
function findInputHistory(
  options: ClientOptions,
  environment: Environment,
): InputHistoryFile | undefined {
  const place = inputHistoryPath(environment, Deno.build.os === "windows");
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
