/** What users of other programs are likely to type, and what it is called here. */

import { nearest } from "../protocol/nearest.ts";
import { DEFAULT_HOST, DEFAULT_PORT } from "./address.ts";
import { UsageError } from "./usage_error.ts";

/** Words by what they are called here. */
type Words = Readonly<Record<string, readonly string[]>>;

/** Spanish names that are accepted. */
const SPANISH: Words = {
  server: ["servidor"],
  client: ["cliente"],
  backup: ["copia"],
  export: ["exportar"],
  forget: ["olvidar"],
  help: ["ayuda"],
  limits: ["límites", "limites"],
  display: ["pantalla"],
};

const LIKELY_COMMANDS: Words = {
  client: ["join", "connect", "login", "unirse", "unir", "entrar", "conectar"],
  server: ["serve", "host", "hub", "start", "listen", "run", "iniciar", "arrancar"],
  "help limits": ["limits"],
  "help display": ["display"],
  "--version": ["version", "versión"],
};

const LIKELY_OPTIONS: Words = {
  name: ["nick", "nickname", "nombre", "apodo", "n", "user", "username", "usuario", "u"],
  room: ["channel", "sala", "canal"],
  lang: ["language", "idioma"],
  tls: ["ssl"],
  help: ["ayuda"],
  // These go without an option.
  HOST: ["host", "address", "ip", "bind", "dirección"],
  PORT: ["p", "port", "puerto"],
};

/** An option, and its value if it is joined to it. */
const OPTION = /^--?([\p{L}-]+)(?:=?(.+))?$/su;
/** Words that need no quotes in any shell. */
const PLAIN = /^[\p{L}\p{N}_@%+=:,./[\]-]+$/u;
/** A word that may be the address of a hub. */
const ADDRESS_LIKE = /^[\p{L}\p{M}\p{N}_.:[\]-]+$/u;
/** A word that may be a nick, and is not a port. */
const NICK_LIKE = /^\p{L}[\p{L}\p{M}\p{N}_.-]*$/u;

/** A subcommand or a topic of the help in its English name. */
export function englishName(name: string): string {
  return find(SPANISH, name) ?? name;
}

/** The error for an unknown subcommand, with what was probably meant. `rest`: the arguments after it. */
export function unknownSubcommand(name: string, rest: readonly string[], known: readonly string[]) {
  const likely = find(LIKELY_COMMANDS, englishName(name));
  const isAddress = ADDRESS_LIKE.test(name) && nearest(name.toLowerCase(), known) === undefined;
  if (likely === undefined && !isAddress) return unknownTopic(name, known);
  const line = likely ? shellLine(likely, rest) : shellLine("client", [name, ...rest]);
  return new UsageError("usage.meant_command", { name, line });
}

/** The error for an unknown topic of the help. */
export function unknownTopic(name: string, known: readonly string[]): UsageError {
  const suggestion = nearest(name.toLowerCase(), known) ?? "";
  return new UsageError("usage.unknown_subcommand", { name, suggestion });
}

/** The error for an unknown option among the arguments of a subcommand. */
export function unknownOption(
  option: string,
  args: readonly string[],
  { command = "client", flags }: { command: string | undefined; flags: readonly string[] },
): UsageError {
  const word = option.replace(/^-+|\d+$/g, "");
  const likely = find(LIKELY_OPTIONS, word);
  if (likely === "HOST" || likely === "PORT") {
    return new UsageError("usage.place_option", { option, line: shellLine(command, args) });
  }
  const flag = likely && flags.includes(likely) ? likely : nearest(word, flags);
  return new UsageError("usage.unknown_option", { option, suggestion: flag ? `--${flag}` : "" });
}

/** The error for arguments after which a nick may stand, if the last of them may be a nick. */
export function misplacedNick(args: readonly string[]): UsageError | undefined {
  const argument = args.at(-1) ?? "";
  if (args.length < 2 || !NICK_LIKE.test(argument)) return undefined;
  return new UsageError(args.length === 3 ? "usage.too_many_nick" : "usage.not_a_port_nick", {
    argument,
  });
}

/** A command with these arguments as they should be; without them, if they need quotes. */
function shellLine(command: string, args: readonly string[]): string {
  let [host, port]: (string | undefined)[] = [];
  const others: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    const [, flag = "", value] = OPTION.exec(arg) ?? [];
    const likely = find(LIKELY_OPTIONS, flag);
    if (likely === "HOST") host = value ?? args[++i];
    else if (likely === "PORT") port = value ?? args[++i] ?? String(DEFAULT_PORT);
    else if (likely) others.push(arg.replace(/^[^=]+/, `--${likely}`));
    else if (flag !== "" || others.length > 0) others.push(arg);
    else if (/^:?\d+$/.test(arg)) port = arg.replace(":", "");
    else if ((host ?? port) !== undefined && NICK_LIKE.test(arg)) others.push("--name", arg);
    else host = arg;
  }
  if (port !== undefined) host ??= DEFAULT_HOST;
  const words = [host, port, ...others].filter((word) => word !== undefined);
  return ["chat", command, ...(words.every((word) => PLAIN.test(word)) ? words : [])].join(" ");
}

function find(words: Words, word: string): string | undefined {
  return Object.keys(words).find((name) => words[name]!.includes(word.toLowerCase()));
}
