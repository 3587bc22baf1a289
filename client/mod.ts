/** `chat client`: joins a hub, from a terminal or from a script. */

import { parseArguments } from "../common/cli/command_line.ts";
import type { Environment } from "../common/cli/environment.ts";
import { EXIT } from "../common/cli/failure.ts";
import { onFault } from "../common/cli/faults.ts";
import { write } from "../common/cli/output.ts";
import { complain, tell } from "../common/cli/tell.ts";
import type { OwnHub } from "../common/cli/own_hub.ts";
import { type Context, describe, runSubcommand } from "../common/cli/subcommand.ts";
import { isAtTerminal } from "../common/cli/terminal.ts";
import { defined } from "../common/defined.ts";
import { translate } from "../common/i18n/mod.ts";
import { CLIENT_COMMAND_LINE, type ClientOptions, isScript, readClientOptions } from "./options.ts";
import { joinHub } from "./run.ts";

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
    return await runClient(options, environment);
  });
}

/** Joins a hub that runs in the same process, as its host, and gives the exit code when the host leaves. */
export async function joinOwnHub(hub: OwnHub, { environment }: Context): Promise<number> {
  const { address, fingerprint, nick, lang, password } = hub;
  const tls = fingerprint === undefined ? undefined : { pin: fingerprint };
  const options = {
    ...readClientOptions(parseArguments(CLIENT_COMMAND_LINE, []), environment),
    ...defined({ nick, password, tls }),
    addresses: [address],
    lang,
  };
  return await joinHub(options, environment, { isInteractive: true, ownHub: hub });
}

/** Joins a hub; a user at a terminal who named none chooses among those on the network. */
async function runClient(options: ClientOptions, environment: Environment): Promise<number> {
  const isInteractive = !isScript(options) && isAtTerminal();
  if (!options.usesDefaultAddress || !isInteractive) {
    return await joinHub(options, environment, { isInteractive });
  }
  const { discover, joinOptions } = await import("./discover/mod.ts");
  const { lang, password, passwordFile } = options;
  const hub = await discover(options, environment);
  if (!hub) return EXIT.done;
  if ((password ?? passwordFile) !== undefined && hub.requiresPassword && !hub.isProbed) {
    tell(translate(lang, "client.password_kept_back"));
  }
  return await joinHub(joinOptions(options, hub), environment, { isInteractive });
}
