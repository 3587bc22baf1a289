/** What the environment says about a person's wishes. Pure: it is given the variables. */

import { type Lang, parseLang } from "../i18n/mod.ts";

/** Gives the value of an environment variable. */
export type Environment = (name: string) => string | undefined;

/** The language by LC_ALL, LC_MESSAGES and LANG, the first of them that is set; English where it is not spoken here. */
export function environmentLang(environment: Environment): Lang {
  const locale = environment("LC_ALL") || environment("LC_MESSAGES") || environment("LANG");
  return parseLang(locale ?? "") ?? "en";
}
