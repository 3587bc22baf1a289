/** What a typed line means: a message or a command. Hub (text dialect) and client read lines alike. */

export type Input =
  | { kind: "nothing" }
  | { kind: "say"; text: string }
  /** `line` includes the slash. */
  | { kind: "command"; line: string };

/** A line that begins with `/` is a command; one that begins with `//` is a message that begins with `/`. */
export function parseInput(line: string): Input {
  if (line.trim() === "") return { kind: "nothing" };
  if (line.startsWith("//")) return { kind: "say", text: line.slice(1) };
  if (line.startsWith("/")) return { kind: "command", line };
  return { kind: "say", text: line };
}

/** The command for an action; clients show their own as one. */
export const ACTION_NAMES = { en: ["me"], es: ["yo"] } as const;

/** The command whose argument is a password; clients do not show it. */
export const MOD_NAMES = { en: ["mod"], es: ["moderar"] } as const;

/** The command that leaves; a client that has lost the hub runs it by itself. */
export const EXIT_NAMES = { en: ["exit", "quit"], es: ["salir"] } as const;

/** A command's name in lower case without its slash, and the rest of the line, trimmed. */
export function splitCommand(line: string): { name: string; argument: string } {
  const [, name = "", argument = ""] = /^\/(\S*)\s*([^]*)$/.exec(line) ?? [];
  return { name: name.toLowerCase(), argument: argument.trim() };
}
