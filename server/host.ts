/**
 * Hub and chat in one terminal: runs the hub, and in front of it the client of who runs it, who is asked for nothing and
 * whose leaving stops the hub. They meet over TCP like any two.
 */

import type { Environment } from "../common/cli/environment.ts";
import { parseArguments } from "../common/cli/command_line.ts";
import { EXIT } from "../common/cli/failure.ts";
import { UsageError } from "../common/cli/usage_error.ts";
import { canRedraw, CLIENT_COMMAND_LINE, readClientOptions, runClient } from "../client/mod.ts";
import { type Listening, runServer, type ServerOptions } from "./mod.ts";

export interface HostSurroundings {
  /** Program and version. */
  name: string;
  /** Aborted when the person leaves; ends both where it aborts before. */
  stop: AbortController;
  environment: Environment;
  /** Called when everything is open that the hub and the client will use, but for connections. */
  onOpen: () => void;
  /** Takes a line for standard output; called only while the client has not taken the terminal. */
  print: (line: string) => void;
  /** Takes a line for the log, with its LF. */
  writeLog: (line: string) => void;
  /** The chat ended, by an error if there was one, while the hub goes on for the others. */
  onAlone: (error?: unknown) => void;
}

/**
 * Runs until the person leaves or the signal comes, and everyone was told. Where the client ends otherwise, as when a
 * moderator sends the person away, the hub goes on until the signal.
 *
 * @throws {UsageError} without a terminal.
 * @throws {Failure} as `runServer` does.
 */
export async function runHost(
  options: ServerOptions,
  { stop, environment, onOpen, print, onAlone, ...surroundings }: HostSurroundings,
): Promise<void> {
  if (!canRedraw(environment)) {
    throw new UsageError("usage.needs_terminal", { option: "--join" });
  }
  let isChatting = false;
  const listening = Promise.withResolvers<Listening>();
  const serving = runServer(options, {
    ...surroundings,
    signal: stop.signal,
    print: (line) => {
      if (!isChatting) print(line);
    },
    onListening: listening.resolve,
  }).finally(() => stop.abort());
  await Promise.race([listening.promise, serving]);
  const hub = await listening.promise;
  try {
    isChatting = true;
    const code = await chat(options, hub, { stop, environment, onOpen });
    isChatting = false;
    if (code === EXIT.done) stop.abort();
    else if (!stop.signal.aborted) onAlone();
  } catch (error) {
    isChatting = false;
    if (!stop.signal.aborted) onAlone(error);
  }
  await serving;
}

async function chat(
  { join, lang }: ServerOptions,
  { address, fingerprint, passwords, people }: Listening,
  { stop, environment, onOpen }: Pick<HostSurroundings, "stop" | "environment" | "onOpen">,
): Promise<number> {
  const { password, moderatorPassword } = passwords ?? {};
  return await runClient(
    {
      ...readClientOptions(parseArguments(CLIENT_COMMAND_LINE, []), environment),
      addresses: [{ ...address, hostname: loopback(address.hostname) }],
      ...join,
      ...(password === undefined ? {} : { password }),
      ...(fingerprint === undefined ? {} : { tls: { pin: fingerprint } }),
      lang,
    },
    {
      environment,
      onOpen,
      hosting: { signal: stop.signal, others: () => people() - 1, moderatorPassword },
    },
  );
}

/** Where a hub that listens on all of the machine's addresses can be reached from the machine itself. */
function loopback(hostname: string): string {
  if (hostname === "0.0.0.0") return "127.0.0.1";
  return hostname === "::" ? "::1" : hostname;
}
