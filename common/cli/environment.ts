/** What environment variables say about the user. */

import { type Lang, parseLang } from "../i18n/mod.ts";

/** Returns the value of an environment variable. */
export type Environment = (name: string) => string | undefined;

/** The language of the first variable that is set of LC_ALL, LC_MESSAGES and LANG; English if it is not supported. */
export function environmentLang(environment: Environment): Lang {
  const locale = environment("LC_ALL") || environment("LC_MESSAGES") || environment("LANG");
  return parseLang(locale ?? "") ?? "en";
}
