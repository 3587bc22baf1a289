/** A secret to compare with, of which only the hash is kept. Where it comes from, its caller knows. */

import { createHash, timingSafeEqual } from "node:crypto";
import type { Secret } from "../model/password.ts";

export class HashedSecret implements Secret {
  readonly #hash: Uint8Array;

  constructor(secret: string) {
    this.#hash = hash(secret);
  }

  /** Blanks at the ends do not count, nor how letters are composed. Hashes are compared in constant time. */
  matches(given: string): boolean {
    return timingSafeEqual(this.#hash, hash(given));
  }
}

/** SHA-256 of the UTF-8 of a text in NFC, without blanks at its ends. */
function hash(text: string): Uint8Array {
  return createHash("sha256").update(text.trim().normalize("NFC"), "utf8").digest();
}
