/** Wrong usage of the program, as an error that is described in the user's language. */

import { type Key, type Lang, translate } from "../i18n/mod.ts";
import type { Params } from "../protocol/codes.ts";

export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly key: Key;
  readonly params: Params;

  constructor(key: Key, params: Params = {}) {
    super(translate("en", key, params));
    this.key = key;
    this.params = params;
  }

  /** One line that names what is wrong. */
  in(lang: Lang): string {
    return translate(lang, this.key, this.params);
  }
}
