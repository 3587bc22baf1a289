/** A hub that is joined by whoever runs it, in the same process and terminal. */

import type { Address } from "./address.ts";

/** How others join a hub. */
export interface Invitation {
  readonly lines: readonly string[];
  /** What a QR code of it says: where its page is, if they can use that. */
  readonly url?: string | undefined;
}

export interface OwnHub {
  /** Where it can be reached from this machine. */
  readonly address: Address;
  readonly invitation: Invitation;
  /** Of its certificate, if it encrypts. */
  readonly fingerprint: string | undefined;
  /** The nick to join with; a guest's if undefined. */
  readonly nick: string | undefined;
  readonly lang: "en" | "es";
  /** The moderators', if there is one, which makes its host a moderator. */
  readonly password: string | undefined;
  /** Ends the client when it aborts. */
  readonly stop: AbortSignal;
  /** Number of other users: leaving ends the chat for them. */
  readonly others: () => number;
}
