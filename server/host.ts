/** `chat server --join`: the hub, and its host's own client in the same terminal. They talk over TCP like any two. */

import { EXIT } from "../common/cli/failure.ts";
import type { OwnHub } from "../common/cli/own_hub.ts";
import { canRedraw } from "../common/cli/terminal.ts";
import type { Environment } from "../common/cli/environment.ts";
import { UsageError } from "../common/cli/usage_error.ts";
import { type RunningHub, runServer } from "./run.ts";
import type { ServerOptions } from "./setup/options.ts";

export interface HostContext {
  /** Program and version. */
  name: string;
  environment: Environment;
  /** Aborted when the host leaves; ends hub and client if it aborts before. */
  stop: AbortController;
  /** Joins the hub and gives the client's exit code when the host leaves. */
  join: (hub: OwnHub) => Promise<number>;
  /** Prints a line; called only while the client has not taken over the terminal. */
  print: (line: string) => void;
  /** Writes a line of the log, with its LF. */
  writeLog: (line: string) => void;
  /** The client ended, with an error if there was one, while the hub goes on for the others. */
  onClientEnd: (error?: unknown) => void;
}

/**
 * Runs until the host leaves or the signal comes, and everyone was notified. If the client ends for another reason, as when a
 * moderator kicks the host, the hub goes on until the signal.
 *
 * @throws {UsageError} without a terminal.
 * @throws {Failure} as `runServer` does.
 */
export async function runHost(
  options: ServerOptions,
  { stop, environment, join, print, onClientEnd, ...context }: HostContext,
): Promise<void> {
  if (!canRedraw(environment)) throw new UsageError("usage.needs_terminal", { option: "--join" });
  let isChatting = false;
  const listening = Promise.withResolvers<RunningHub>();
  const serving = runServer(options, {
    ...context,
    signal: stop.signal,
    print: (line) => {
      if (!isChatting) print(line);
    },
    onListening: listening.resolve,
  }).finally(() => stop.abort());
  await Promise.race([listening.promise, serving]);
  const { address, fingerprint, passwords, people } = await listening.promise;
  try {
    isChatting = true;
    const code = await join({
      address: { ...address, hostname: loopbackOf(address.hostname) },
      fingerprint,
      nick: options.join?.nick,
      lang: options.lang,
      password: passwords?.password,
      moderatorPassword: passwords?.moderatorPassword,
      stop: stop.signal,
      others: () => people() - 1,
    });
    isChatting = false;
    if (code === EXIT.done) stop.abort();
    else if (!stop.signal.aborted) onClientEnd();
  } catch (error) {
    isChatting = false;
    if (!stop.signal.aborted) onClientEnd(error);
  }
  await serving;
}

/** Where a hub that listens on all addresses of the machine can be reached from the machine itself. */
function loopbackOf(hostname: string): string {
  if (hostname === "0.0.0.0") return "127.0.0.1";
  return hostname === "::" ? "::1" : hostname;
}
