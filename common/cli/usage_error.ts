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

  /** One line that names what is wrong and the way out. */
  in(lang: Lang): string {
    return translate(lang, this.key, this.params);
  }
}

export class UsageError extends LocalizedError {
  override readonly name = "UsageError";
}
