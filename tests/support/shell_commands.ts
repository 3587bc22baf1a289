/** The commands in a piece of shell as documents show it, as words. It runs nothing, and knows none of them. */

import { parse } from "shell-quote";
import type { CodeBlock } from "./markdown.ts";

/** What stands before a command and is none. */
const KEYWORDS = new Set(["!", "do", "else", "exec", "if", "then", "until", "while", "{"]);

/** Between two commands. */
const ENDS = new Set(["|", "||", "&", "&&", ";", ";;", "(", ")", "|&"]);

/** The lines that a person would type, of a block of code that has any. */
export function typedLines({ language, text }: CodeBlock): string[] {
  const lines = text.replaceAll(/\\\n\s*/g, " ").split("\n");
  if (language === "console") {
    return lines.filter((line) => line.startsWith("$ ")).map((line) => line.slice(2));
  }
  return language === "sh" ? lines.filter((line) => line.trim() !== "") : [];
}

/** The commands of a line, each with its arguments; what is piped or joined is several. */
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
      else isFile = true; // something that is read or written
    }
  }
  end();
  return commands;
}

/** A command without what is set for it and without what leads to it. */
function withoutPrefix(words: readonly string[]): string[] {
  const first = words.findIndex((word) => !KEYWORDS.has(word) && !/^[A-Z_]+=/.test(word));
  return first === -1 ? [] : words.slice(first);
}
