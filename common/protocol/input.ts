/**
 * What a line that a person typed means: a message or a command. The hub reads the text dialect with it, our client
 * what is typed, so that the same keys do the same everywhere.
 */

export type Input =
  | { kind: "nothing" }
  | { kind: "say"; text: string }
  /** `line` with its slash. */
  | { kind: "command"; line: string };

/** A line with a slash first is a command, with two it is a message that begins with one slash. */
export function parseInput(line: string): Input {
  if (line.trim() === "") return { kind: "nothing" };
  if (line.startsWith("//")) return { kind: "say", text: line.slice(1) };
  if (line.startsWith("/")) return { kind: "command", line };
  return { kind: "say", text: line };
}

/** The commands that say what one does, by which a client knows how to show what it has sent. */
export const ACTION_NAMES = { en: ["me"], es: ["yo"] } as const;

/** The command whose argument is a password, which a client does not show. */
export const MOD_NAMES = { en: ["mod"], es: ["moderar"] } as const;

/** The command that leaves, which a client that has lost the hub does by itself. */
export const EXIT_NAMES = { en: ["exit", "quit"], es: ["salir"] } as const;

/** A command's name, without its slash and in lower case, and the rest of its line, trimmed. */
export function splitCommand(line: string): { name: string; argument: string } {
  const [, name = "", argument = ""] = /^\/(\S*)\s*([^]*)$/.exec(line) ?? [];
  return { name: name.toLowerCase(), argument: argument.trim() };
}
