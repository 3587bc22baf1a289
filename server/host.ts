/** `chat server --join`: runs the hub and its host's client in one terminal. They talk over TCP like any others. */

import { fromHere } from "../common/cli/address.ts";
import type { Environment } from "../common/cli/environment.ts";
import { EXIT } from "../common/cli/failure.ts";
import type { OwnHub } from "../common/cli/own_hub.ts";
import { describe } from "../common/cli/subcommand.ts";
import { complain, tell } from "../common/cli/tell.ts";
import { canRedraw } from "../common/cli/terminal.ts";
import { UsageError } from "../common/cli/usage_error.ts";
import { NO_BREAK, translate } from "../common/i18n/mod.ts";
import { type RunningHub, runServer, type ServerContext } from "./run.ts";
import type { ServerOptions } from "./setup/options.ts";

export interface HostContext
  extends Pick<ServerContext, "name" | "print" | "writeLog" | "files" | "onOpen" | "showQr"> {
  environment: Environment;
  /** Stops hub and client when it aborts; aborted when the host leaves. */
  stop: AbortController;
  /** Runs the client until the host leaves, and returns its exit code. */
  join: (hub: OwnHub) => Promise<number>;
}

/** Runs the hub until its host leaves, except by a kick, or `stop` aborts. @throws {UsageError} without a terminal. */
export async function runHost(
  options: ServerOptions,
  { stop, environment, join, print, ...context }: HostContext,
): Promise<void> {
  if (!canRedraw(environment)) throw new UsageError("usage.needs_terminal", { option: "--join" });
  let isChatting = false;
  const banner: string[] = [];
  const hub = Promise.withResolvers<RunningHub>();
  const serving = runServer(options, {
    ...context,
    signal: stop.signal,
    print: (line) => {
      if (isChatting) return; // the client uses the terminal
      banner.push(line.replaceAll(NO_BREAK, " "));
      print(line);
    },
    onListening: hub.resolve,
  }).finally(() => stop.abort());
  await Promise.race([hub.promise, serving]);
  const { address, page, fingerprint, passwords, people } = await hub.promise;
  const { lang } = options;
  let code: number | undefined;
  try {
    isChatting = true;
    code = await join({
      address: fromHere(address),
      // All but where it listens.
      invitation: { lines: banner.slice(1), url: context.showQr && page },
      fingerprint,
      nick: options.join?.nick,
      lang,
      password: passwords?.moderatorPassword ?? passwords?.password,
      stop: stop.signal,
      others: () => people() - 1,
    });
  } catch (error) {
    if (!stop.signal.aborted) complain(describe(error, lang));
  }
  isChatting = false;
  if (code === EXIT.done) stop.abort();
  else if (!stop.signal.aborted) tell(translate(lang, "server.goes_on"));
  await serving;
}
