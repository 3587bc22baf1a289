/** The client as a program: joins a hub, in a terminal or without one. */

import type { Environment } from "../cli/environment.ts";
import { PROTOCOL } from "../protocol/frame.ts";
import { HubConnection } from "./connection.ts";
import { Conversation } from "./conversation.ts";
import { runInteractive } from "./interactive.ts";
import { type ClientOptions, usesColor } from "./options.ts";
import { runPlain } from "./plain.ts";

export { CLIENT_COMMAND_LINE, readClientOptions } from "./options.ts";

/**
 * Joins the hub and stays until the person or the hub ends it.
 *
 * @returns the exit code.
 * @throws {Failure} when the hub cannot be reached, or is lost while there is no terminal to say so.
 */
export async function runClient(options: ClientOptions, environment: Environment): Promise<number> {
  const { address, nick, lang } = options;
  const connection = await HubConnection.open(address, {
    protocol: PROTOCOL,
    lang,
    ...(nick === undefined ? {} : { nick }),
    // A script wants what comes, not what was.
    ...(Deno.stdin.isTerminal() ? {} : { history: 0 }),
  });
  const conversation = new Conversation(connection, lang);
  // A dumb terminal cannot have its lines redrawn.
  const isDumb = environment("TERM") === "dumb";
  if (Deno.stdin.isTerminal() && Deno.stdout.isTerminal() && !isDumb) {
    const color = usesColor(options.color, true, environment);
    return await runInteractive(conversation, { color });
  }
  return await runPlain(conversation, {
    input: Deno.stdin,
    print: (line) => writeLine(Deno.stdout, line),
    complain: (line) => writeLine(Deno.stderr, line),
  });
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
