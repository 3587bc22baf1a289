/** How others join the hub that the client is at. */

import { type Address, pageUrl } from "../../common/cli/address.ts";
import type { Invitation } from "../../common/cli/own_hub.ts";
import { translate } from "../../common/i18n/mod.ts";
import { isLoopback } from "../../common/protocol/ip.ts";
import { FIRST_ROOM } from "../../common/protocol/names.ts";
import type { ConversationState } from "./state.ts";

/** The command that joins a hub. `tls`: undefined without encryption; with a pin, if the user gave one. */
export function joinLine({ hostname, port }: Address, tls?: { pin?: string }): string {
  const encrypted = tls ? ["--tls", ...(tls.pin === undefined ? [] : [tls.pin])] : [];
  return ["chat", "client", hostname, port, ...encrypted].join(" ");
}

/** Invites others to a hub, and to the room; an address of this machine alone is not theirs. */
export function invite(
  address: Address,
  tls: { pin?: string } | undefined,
  { lang, room, hasPage }: Pick<ConversationState, "lang" | "room" | "hasPage">,
): Invitation {
  const { hostname } = address;
  const isOwn = isLoopback(hostname) || /^localhost\.?$/i.test(hostname);
  const line = joinLine(address, tls);
  if (isOwn) return { lines: [translate(lang, "client.invite_here", { line })] };
  const lines = [translate(lang, "client.invite", { line })];
  if (!hasPage) return { lines };
  const fragment = room === FIRST_ROOM ? "" : `#room=${encodeURIComponent(room.toWellFormed())}`;
  const url = pageUrl(address, tls !== undefined) + fragment;
  return { lines: [...lines, translate(lang, "client.invite_page", { url })], url };
}
