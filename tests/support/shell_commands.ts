/** Splits the shell code of documents into commands and their words. */

import { parse } from "shell-quote";
import type { CodeBlock } from "./markdown.ts";

/** Words before a command that are not part of it. */
const KEYWORDS = new Set(["!", "do", "else", "exec", "if", "then", "until", "while", "{"]);

/** Operators between two commands. */
const ENDS = new Set(["|", "||", "&", "&&", ";", ";;", "(", ")", "|&"]);

/** The lines of a code block that a user would type. */
export function typedLines({ language, text }: CodeBlock): string[] {
  const lines = text.replaceAll(/\\\n\s*/g, " ").split("\n");
  if (language === "console") {
    return lines.filter((line) => line.startsWith("$ ")).map((line) => line.slice(2));
  }
  return language === "sh" ? lines.filter((line) => line.trim() !== "") : [];
}

/** The commands of a line, each with its arguments. */
export function commandsOf(line: string): string[][] {
  const commands: string[][] = [];
  let words: string[] = [];
  let isFile = false;
  const end = () => {
    const command = withoutPrefix(words);
    if (command.length > 0) commands.push(command);
    words = [];
  };
  for (const entry of parse(line, (name) => `$${name}`)) {
    if (typeof entry === "string") {
      if (!isFile) words.push(entry);
      isFile = false;
    } else if ("pattern" in entry) {
      words.push(entry.pattern);
    } else if ("op" in entry) {
      if (ENDS.has(entry.op)) end();
      else isFile = true; // a redirection
    }
  }
  end();
  return commands;
}

/** A command without keywords and variables before it. */
function withoutPrefix(words: readonly string[]): string[] {
  const first = words.findIndex((word) => !KEYWORDS.has(word) && !/^[A-Z_]+=/.test(word));
  return first === -1 ? [] : words.slice(first);
}
