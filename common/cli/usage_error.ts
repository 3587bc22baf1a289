/** Errors that are described in the user's language, among them wrong usage of the program. */

import { type Key, type Lang, translate } from "../i18n/mod.ts";
import type { Params } from "../protocol/codes.ts";

export abstract class LocalizedError extends Error {
  readonly key: Key;
  readonly params: Params;

  constructor(key: Key, params: Params = {}, options?: ErrorOptions) {
    super(translate("en", key, params), options);
    this.key = key;
    this.params = params;
  }

  /** The errors that it is made of: itself, unless several things failed. */
  get parts(): readonly LocalizedError[] {
    return [this];
  }

  /** One line that names what is wrong and the way out. `space`: as in `translate`. */
  in(lang: Lang, space?: string): string {
    return translate(lang, this.key, this.params, space);
  }
}

export class UsageError extends LocalizedError {
  override readonly name = "UsageError";
}
