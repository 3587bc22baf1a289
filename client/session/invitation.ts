/** How others join the hub that the client is at. */

import type { Address } from "../../common/cli/address.ts";
import { type Lang, translate } from "../../common/i18n/mod.ts";
import { isLoopback } from "../../common/protocol/ip.ts";

/** The command that joins a hub. `tls`: undefined without encryption; with a pin, if the user gave one. */
export function joinLine({ hostname, port }: Address, tls?: { pin?: string }): string {
  const encrypted = tls ? ["--tls", ...(tls.pin === undefined ? [] : [tls.pin])] : [];
  return ["chat", "client", hostname, port, ...encrypted].join(" ");
}

/** The sentence that invites others to a hub; an address of this machine alone is not theirs. */
export function inviteSentence(
  address: Address,
  tls: { pin?: string } | undefined,
  lang: Lang,
): string {
  const { hostname } = address;
  const isOwn = isLoopback(hostname) || /^localhost\.?$/i.test(hostname);
  const line = joinLine(address, tls);
  return translate(lang, isOwn ? "client.invite_here" : "client.invite", { line });
}
