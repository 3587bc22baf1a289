/** Runs a subcommand: parses its arguments, shows its help, and turns errors into one line and an exit code. */

import { type Lang, LANGS, NO_BREAK, translate } from "../i18n/mod.ts";
import { sanitize } from "../protocol/sanitize.ts";
import { type Arguments, type CommandLine, parseArguments } from "./command_line.ts";
import { environmentLang } from "./environment.ts";
import { EXIT, Failure } from "./failure.ts";
import { commandHelp } from "./help.ts";
import { print } from "./output.ts";
import { columnsOf, complain } from "./tell.ts";
import { giveUp, snapshot } from "./privileges.ts";
import { LocalizedError, UsageError } from "./usage_error.ts";

/** What every subcommand is given. */
export type Context = ReturnType<typeof makeContext>;

/** Reads the environment variables of these names; later they cannot be read. */
export function makeContext({ name, variables, exit }: {
  /** Program and version, such as `chat 0.1.0`. */
  name: string;
  variables: readonly string[];
  /** Ends the program at once. */
  exit: (code: number) => never;
}) {
  const environment = snapshot(variables);
  return { name, environment, lang: environmentLang(environment), exit };
}

/** Runs a subcommand with its arguments and gives the exit code. Never rejects. */
export async function runSubcommand(
  line: CommandLine,
  args: readonly string[],
  context: Context,
  run: (given: Arguments) => number | Promise<number>,
): Promise<number> {
  let { lang } = context;
  return await reportErrors(() => lang, line.name, async () => {
    const given = parseArguments(line, args, context.environment);
    lang = LANGS.find((each) => each === given.value("lang")) ?? lang;
    if (given.isOn("help")) {
      print(commandHelp(line, lang, columnsOf("stdout")));
      return EXIT.done;
    }
    const [argument] = line.positionals ? [] : given.positionals;
    if (argument !== undefined) throw new UsageError("usage.too_many", { argument });
    try {
      return await run(given);
    } catch (error) {
      throw given.nameVariables(error);
    }
  });
}

/** Runs what may throw; an error becomes a line on standard error. `topic`: the subcommand whose help is named. */
export async function reportErrors(
  lang: () => Lang,
  topic: string | undefined,
  run: () => number | Promise<number>,
): Promise<number> {
  try {
    return await run();
  } catch (error) {
    complain(describe(error, lang()));
    if (error instanceof Failure) return error.exitCode;
    if (!(error instanceof UsageError)) return EXIT.failed;
    const call = topic === undefined ? "chat help" : `chat help ${topic}`;
    complain(translate(lang(), "usage.see_help", { call }, NO_BREAK));
    return EXIT.usage;
  }
}

/** A line for each part of an error, with NO_BREAK in commands; what peers sent into it is made safe. */
export function describe(error: unknown, lang: Lang): string {
  if (error instanceof LocalizedError) {
    return error.parts.map((part) => sanitize(part.in(lang, NO_BREAK))).join("\n");
  }
  const reason = error instanceof Error ? error.message : String(error);
  return sanitize(translate(lang, "failure.unexpected", { reason }));
}

/** Gives up files, the environment, and loading code and libraries: everything that will be used is open. */
export function giveUpFiles({ keepsInterfaces = false } = {}): void {
  giveUp("read", "write", "env", "import", "ffi");
  // Networks come and go: whoever announces a hub keeps looking at the interfaces.
  giveUp(keepsInterfaces ? { name: "sys", kind: "hostname" } : "sys");
}

/** Gives up everything: for subcommands that only print. */
export function giveUpAll(): void {
  giveUpFiles();
  giveUp("net");
}
