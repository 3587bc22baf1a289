/** Lines of IRC: tags, source, command and parameters (modern.ircdocs.horse/#message-format, IRCv3 message-tags). */

import type { Tags } from "../../../common/protocol/tags.ts";
import { fit, sizeOf } from "./text.ts";

export interface IrcLine {
  /** Those of the client, unescaped. */
  readonly tags: ReadonlyMap<string, string>;
  /** In capitals. */
  readonly command: string;
  readonly params: readonly string[];
}

/** Up to 14 params, and a last one that may begin with a colon and holds the rest. */
const PARAMS = /^((?:[^: ][^ ]*(?: +|$)){0,14})(:?)([^]*)$/;
const NO_TAGS: ReadonlyMap<string, string> = new Map();
const TAG = /(?<=^|;)([^;=]+)=?([^;]*)/g;
/** By what follows the backslash. */
const ESCAPES = new Map([[":", ";"], ["s", " "], ["\\", "\\"], ["r", "\r"], ["n", "\n"]]);
const ESCAPED = new Map(Array.from(ESCAPES, ([code, char]) => [char, `\\${code}`]));
/** A param that is empty, begins with a colon, or has a blank in it. */
const NEEDS_COLON = /^$|^:| /;

/** Parses what a client sends, without its line end; undefined if it has no command. A source is left out. */
export function parseLine(text: string): IrcLine | undefined {
  const [, tags = "", rest = ""] = /^ *(?:@([^ ]*) +)?(?::[^ ]* +)?([^]*)$/.exec(text) ?? [];
  const [, command = "", argument = ""] = /^([A-Za-z_]+|\d{3})(?: +([^]*))?$/.exec(rest) ?? [];
  if (command === "") return undefined;
  return { tags: parseTags(tags), command: command.toUpperCase(), params: parseParams(argument) };
}

function parseParams(text: string): string[] {
  const [, middle = "", colon, last = ""] = PARAMS.exec(text) ?? [];
  const params = middle.split(" ").filter((param) => param !== "");
  return colon || last !== "" ? [...params, last] : params;
}

function parseTags(text: string): ReadonlyMap<string, string> {
  if (text === "") return NO_TAGS;
  return new Map(
    Array.from(text.matchAll(TAG), ([, name = "", value = ""]) => [name, unescapeTag(value)]),
  );
}

/** Unescapes the value of a tag; a lone backslash at its end is dropped. */
export function unescapeTag(value: string): string {
  return value.replace(/\\(.?)/gs, (_, code: string) => ESCAPES.get(code) ?? code);
}

export function escapeTag(value: string): string {
  return value.replace(/[; \\\r\n]/g, (char) => ESCAPED.get(char)!);
}

/** What stands before a line with tags; empty for none. */
export function formatTags(tags: Tags): string {
  const named = Object.entries(tags).map(([name, value]) =>
    value === "" ? name : `${name}=${escapeTag(value)}`
  );
  return named.length > 0 ? `@${named.join(";")} ` : "";
}

/** The longest param before the last one, in UTF-16 units: only what a client has typed is longer. */
const MAX_MIDDLE = 100;

/**
 * Formats a line, with its CR LF. `params`: those before the last one become `*` if they cannot stand there, and the
 * last one is cut if the line would be too long.
 */
export function formatLine(
  source: string,
  command: string,
  params: readonly string[],
  tags: Tags = {},
): string {
  const last = params.at(-1) ?? "";
  const middles = params.slice(0, -1).map((param) =>
    NEEDS_COLON.test(param) ? "*" : param.slice(0, MAX_MIDDLE)
  );
  const start = `:${[source, command, ...middles].join(" ")}`;
  const end = fit(last, start);
  const shown = params.length === 0 ? "" : NEEDS_COLON.test(last) ? ` :${end}` : ` ${end}`;
  return `${formatTags(tags)}${start}${shown}\r\n`;
}

/** Of a client's tags with `@` and the blank after them, of the rest with its CR LF, and of a label, in bytes. */
const [MAX_TAGS, MAX_REST, MAX_LABEL] = [4096, 512, 64];

export function exceedsLimits(text: string, label = ""): boolean {
  if (sizeOf(label) > MAX_LABEL) return true;
  const tags = text.startsWith("@") ? text.slice(0, text.indexOf(" ") + 1) : "";
  const bytes = (part: string) => part.length * 3 < MAX_REST ? 0 : sizeOf(part);
  return bytes(tags) > MAX_TAGS || bytes(text.slice(tags.length)) > MAX_REST - 2;
}
