/** The manual page chat(1), made from the same tables as the command line and the commands of the chat. */

import { type Key, type KeyAfter, type Lang, translate } from "../../i18n/mod.ts";
import type { Params } from "../../protocol/codes.ts";
import { listedNames, type Names } from "../../protocol/command_names.ts";
import { type CommandLine, HELP_OPTION, type Option, type ProgramLine } from "../command_line.ts";
import { EXIT } from "../failure.ts";
import { print } from "../output.ts";
import { STATE_FILES } from "../state_folder.ts";
import { type Context, giveUpAll, runSubcommand } from "../subcommand.ts";
import { escapeRoff, literal, placeholders, tagged, textLines, word } from "./roff.ts";

export const MAN_COMMAND_LINE: CommandLine = {
  name: "man",
  options: [HELP_OPTION],
  examples: [
    { line: "chat man | man -l -", help: "example.man" },
    { line: "chat man > ~/.local/share/man/man1/chat.1", help: "example.man_file" },
  ],
};

/** The date of the last change to the page's sentences, which mdoc requires. */
const REVISED = "November 30, 2026";

/** Related manual pages, all in section 1. */
const SEE_ALSO = ["nc", "openssl", "sqlite3", "ssh"] as const;

/** The environment variables, exactly those that deno.json lets the program read; those with the same purpose stand together. */
export const VARIABLES: readonly { names: readonly string[]; help: Key }[] = [
  { names: ["LC_ALL", "LC_MESSAGES", "LANG"], help: "man.variable.language" },
  { names: ["CHAT_*"], help: "man.variable.options" },
  { names: ["CHAT_PASSWORD"], help: "man.variable.password" },
  { names: ["NO_COLOR"], help: "man.variable.no_color" },
  { names: ["TERM"], help: "man.variable.term" },
  { names: ["TZ"], help: "man.variable.time_zone" },
  { names: ["TERM_PROGRAM", "LC_TERMINAL", "KITTY_WINDOW_ID"], help: "man.variable.notify" },
  {
    names: ["TERM_PROGRAM_VERSION", "WT_SESSION", "VTE_VERSION", "KONSOLE_VERSION"],
    help: "man.variable.links",
  },
  { names: ["TMUX"], help: "man.variable.tmux" },
  { names: ["XDG_STATE_HOME"], help: "man.variable.state" },
  { names: ["HOME"], help: "man.variable.home" },
  { names: ["LOCALAPPDATA"], help: "man.variable.local_data" },
  { names: ["DENO_TLS_CA_STORE"], help: "man.variable.authorities" },
  { names: ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"], help: "man.variable.service" },
  { names: ["JOURNAL_STREAM"], help: "man.variable.journal" },
  { names: ["WS_NO_BUFFER_UTIL", "WS_NO_UTF_8_VALIDATE"], help: "man.variable.web_socket" },
];

/** A command of the chat, as in the table of commands. */
export interface ChatCommand {
  readonly name: KeyAfter<"command.">;
  readonly names: Names;
  readonly argument?: { readonly key: KeyAfter<"argument."> };
  readonly role?: "moderator";
}

type Say = (key: Key, params?: Params) => string;

/** Runs `chat man` and gives the exit code. */
export async function main(
  args: readonly string[],
  context: Context,
  sources: () => Promise<{ program: ProgramLine; commands: readonly ChatCommand[] }>,
): Promise<number> {
  return await runSubcommand(MAN_COMMAND_LINE, args, context, async () => {
    const { program, commands } = await sources();
    giveUpAll();
    print(manual(program, { name: context.name, commands, lang: context.lang }));
    return EXIT.done;
  });
}

/** The page in mdoc(7), without a newline at its end. `name`: program and version, such as `chat 0.1.0`. */
export function manual(
  program: ProgramLine,
  { name, commands, lang }: { name: string; commands: readonly ChatCommand[]; lang: Lang },
): string {
  const say: Say = (key, params) => translate(lang, key, params);
  const heading = (name: KeyAfter<"man.heading.">) =>
    `.Sh ${escapeRoff(say(`man.heading.${name}`))}`;
  return [
    `.Dd ${REVISED}`,
    ".Dt CHAT 1",
    `.Os ${escapeRoff(name)}`,
    heading("name"),
    ".Nm chat",
    `.Nd ${inList(say("usage.about")).split(" ").map(word).join(" ")}`,
    heading("synopsis"),
    ...synopsis(program, say),
    heading("description"),
    ...textLines(say("man.about.details")),
    heading("options"),
    ...optionList(program.options, say),
    heading("subcommands"),
    ...program.commands.flatMap((command) => subcommand(command, say)),
    ".Ss chat help",
    ...textLines(`${alone(say("usage.help.summary"))}.`),
    heading("commands"),
    ...chatCommands(commands, lang, say),
    heading("environment"),
    ...textLines(say("man.environment")),
    ...tagged(VARIABLES.map(({ names, help }) => [listed("Ev", names), say(help)])),
    heading("files"),
    ...tagged(
      keysOf(STATE_FILES).map((what) => [
        ["Pa", word(`~/.local/state/chat/${STATE_FILES[what]}`)],
        say(`man.file.${what}`),
      ]),
    ),
    ".Pp",
    ...textLines(say("man.files")),
    heading("exit_status"),
    ...tagged(keysOf(EXIT).map((what) => [[word(String(EXIT[what]))], say(`man.exit.${what}`)])),
    heading("examples"),
    ...program.commands.flatMap(({ examples }) =>
      examples.flatMap((each) => [
        ...[".Pp", ...textLines(`${alone(say(each.help))}:`)],
        ...literal(each.line),
      ])
    ).slice(1), // a section begins with a paragraph anyway
    heading("see_also"),
    ...SEE_ALSO.map((page, index) => `.Xr ${page} 1${index < SEE_ALSO.length - 1 ? " ," : ""}`),
  ].join("\n");
}

/** A sentence as a list entry: without its capital letter and full stop. */
function inList(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, "");
}

/** A list entry as a sentence: with a capital letter. */
function alone(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** The synopsis of each subcommand, one line each. */
function synopsis({ options, commands }: ProgramLine, say: Say): string[] {
  const calls = [
    ...commands.map(({ name, positionals }) => [
      "Cm",
      word(name),
      ...placeholders(positionals ? say(positionals.shown) : ""),
      ...placeholders(say("usage.options")),
    ]),
    ["Cm", "help", ...placeholders(`[${say("usage.help.positionals")}]`)],
    ...options.map(({ flag }) => ["Fl", escapeRoff(`-${flag}`)]),
  ];
  return [
    ".Bl -item -compact",
    ...calls.flatMap((call) => [".It", `.Nm chat ${call.join(" ")}`]),
    ".El",
  ];
}

function subcommand({ name, positionals, options }: CommandLine, say: Say): string[] {
  const sections = Map.groupBy(options, ({ section }) => section);
  return [
    `.Ss chat ${escapeRoff(name)}`,
    ...textLines(say(`usage.${name}.details`)),
    ...(positionals?.help ? [".Pp", ...textLines(say(positionals.help))] : []),
    ...sections.entries().flatMap(([section, options]) => [
      ...(section ? [".Pp", ...textLines(say(`usage.heading.${section}`))] : []),
      ...optionList(options, say),
    ]),
  ];
}

function optionList(options: readonly Option[], say: Say): string[] {
  return tagged(options.map((option) => [optionTerm(option), say(option.help, option.params)]));
}

function optionTerm({ flag, short, value, optional }: Option): string[] {
  return [
    ...(short === undefined ? [] : ["Fl", word(short), ","]),
    "Fl",
    escapeRoff(`-${flag}`),
    ...(value === undefined ? [] : optional ? ["Op", "Ar", word(value)] : ["Ar", word(value)]),
  ];
}

function chatCommands(commands: readonly ChatCommand[], lang: Lang, say: Say): string[] {
  const rows = (role: ChatCommand["role"]) =>
    commands.filter((command) => command.role === role).map((command) =>
      [commandTerm(command, lang, say), say(`command.${command.name}`)] as const
    );
  return [
    ...textLines(say("man.commands")),
    ...tagged([
      ...rows(undefined),
      [["Ic", `//${escapeRoff(say("argument.text"))}`], say("man.say_slash")],
    ]),
    `.Ss ${escapeRoff(say("man.heading.moderators"))}`,
    ...tagged(rows("moderator")),
  ];
}

/** All names of a command, the language's own first, and its argument. */
function commandTerm({ names, argument }: ChatCommand, lang: Lang, say: Say): string[] {
  const all = listedNames(names, lang).map((name) => `/${name}`);
  return [...listed("Ic", all), ...placeholders(argument ? say(`argument.${argument.key}`) : "")];
}

/** Words of one kind, separated by commas. */
function listed(macro: string, words: readonly string[]): string[] {
  return words.flatMap((each, index) => [...(index === 0 ? [] : [","]), macro, word(each)]);
}

function keysOf<T extends object>(record: T) {
  return Object.keys(record) as (keyof T)[];
}
