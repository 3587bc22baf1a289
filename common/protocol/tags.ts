/** What a client says about a message to other clients, such as which one it answers. The hub only passes it on. */

import { field, isObject } from "./fields.ts";
import { sanitize } from "./sanitize.ts";

/** In bytes, as IRC writes and escapes them (ircv3.net/specs/extensions/message-tags). */
const MAX_TAGS = 4094;
const NAME = /^\+[A-Za-z\d./-]+$/;
const utf8 = new TextEncoder();

export type Tags = Readonly<Record<string, string>>;

const isSafe = (text: unknown) => typeof text === "string" && sanitize(text) === text;

export const TAGS = field<Tags>(
  `an object of safe texts, by names that begin with +, of at most ${MAX_TAGS} bytes`,
  (value) => {
    const tags = isObject(value) ? Object.entries(value) : [];
    if (!tags.every(([name, text]) => NAME.test(name) && isSafe(text))) return false;
    const line = tags.map(([name, text]) => text === "" ? name : `${name}=${text}`).join();
    const { length } = utf8.encode(line.replace(/[; \\]/g, "$&$&"));
    return length > 0 && length <= MAX_TAGS;
  },
);
