/** Sentences in the languages that users can choose. */

import type { Params } from "../protocol/codes.ts";
import { type Key, sentences as en } from "./en/mod.ts";
import { sentences as es } from "./es/mod.ts";
import { HOLE, type Sentence } from "./sentence.ts";

export type { Key } from "./en/mod.ts";

/** What follows a prefix in the keys that begin with it. */
export type KeyAfter<Prefix extends string, K = Key> = K extends `${Prefix}${infer Name}` ? Name
  : never;

export const LANGS = ["en", "es"] as const;
export type Lang = (typeof LANGS)[number];

const languages: Readonly<Record<Lang, Readonly<Record<Key, Sentence>>>> = { en, es };

/** Stands for a space within a command, so that the command is not wrapped. */
export const NO_BREAK = "\u00a0";

/** The sentence of a key, with the params that are given in its holes. `space`: stands for the spaces of commands. */
export function translate(lang: Lang, key: Key, params: Params = {}, space = " "): string {
  const sentence = languages[lang][key];
  if (typeof sentence === "function") return sentence(params);
  return sentence.split("`").map((part, index) => {
    const filled = fill(part, lang, params);
    return index % 2 === 0 ? filled : filled.replaceAll(" ", space);
  }).join("");
}

function fill(text: string, lang: Lang, params: Params): string {
  return text.replace(HOLE, (hole, kind, name: string, one, several) => {
    const value = params[name];
    if (value === undefined) return hole;
    if (one !== undefined) return value === 1 ? one : several.replace("#", () => String(value));
    const part = `${kind}.${value}`;
    return isKey(part) ? translate(lang, part, params) : String(value);
  });
}

/** Whether a key that was built from a code on the wire has a sentence. */
export function isKey(key: string): key is Key {
  return Object.hasOwn(en, key);
}

/** The language of a tag or locale such as `es`, `es-MX` or `es_ES.UTF-8`; undefined for other languages. */
export function parseLang(tag: string): Lang | undefined {
  const language = /^[a-z]+/.exec(tag.toLowerCase())?.[0];
  return LANGS.find((lang) => lang === language);
}
