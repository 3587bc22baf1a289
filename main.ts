/** `chat`: hands over to the subcommand, whose code is imported only when it runs. Only this file ends the program. */

import type { ProgramLine } from "./common/cli/command_line.ts";
import { print } from "./common/cli/output.ts";
import config from "./deno.json" with { type: "json" };

const NAME = `chat ${config.version}`;

if (import.meta.main) Deno.exit(await main(Deno.args));

/** Runs the program with its arguments and gives its exit code. Never rejects. */
export async function main(args: readonly string[]): Promise<number> {
  const [typed = "", ...rest] = args;
  if (args.length === 1 && ["--version", "-V", "-v"].includes(typed)) {
    print(NAME);
    return 0;
  }
  const { makeContext } = await import("./common/cli/subcommand.ts");
  const variables = config.permissions.chat.env;
  const context = makeContext({ name: NAME, variables, exit: Deno.exit });
  const name = (await import("./common/cli/habits.ts")).englishName(typed);
  // For sockets of the server and job control of the client.
  if (name !== "server" && name !== "client") {
    (await import("./common/cli/privileges.ts")).giveUp("ffi");
  }
  switch (name) {
    case "server":
      return await (await import("./server/mod.ts")).main(
        rest,
        context,
        async (hub) => await (await import("./client/mod.ts")).joinOwnHub(hub, context),
      );
    case "client":
      return await (await import("./client/mod.ts")).main(rest, context);
    case "doctor":
      return await (await import("./client/doctor/mod.ts")).main(rest, context);
    case "backup":
      return await (await import("./server/archive/backup.ts")).main(rest, context);
    case "export":
      return await (await import("./server/archive/export.ts")).main(rest, context);
    case "forget":
      return await (await import("./server/archive/forget.ts")).main(rest, context);
    case "completions":
      return await (await import("./common/cli/completions/mod.ts")).main(rest, context, program);
    case "man":
      return await (await import("./common/cli/man/mod.ts")).main(rest, context, manualSources);
    default:
      return await (await import("./common/cli/program.ts")).runProgram(
        await program(),
        args,
        context,
      );
  }
}

/** Everything that can be typed after `chat`. */
export async function program(): Promise<ProgramLine> {
  return (await import("./common/cli/program.ts")).programOf([
    (await import("./server/setup/options.ts")).SERVER_COMMAND_LINE,
    (await import("./client/options.ts")).CLIENT_COMMAND_LINE,
    (await import("./client/doctor/options.ts")).DOCTOR_COMMAND_LINE,
    ...Object.values((await import("./server/archive/options.ts")).ARCHIVE_COMMAND_LINES),
    (await import("./common/cli/completions/mod.ts")).COMPLETIONS_COMMAND_LINE,
    (await import("./common/cli/man/mod.ts")).MAN_COMMAND_LINE,
  ]);
}

/** What the manual page is made of. */
async function manualSources() {
  const { COMMANDS } = await import("./server/commands/mod.ts");
  const { LOCAL_COMMANDS } = await import("./client/session/local_commands.ts");
  return { program: await program(), commands: [...COMMANDS, ...LOCAL_COMMANDS] };
}
