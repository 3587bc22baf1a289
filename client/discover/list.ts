/** The list of found hubs, and the user's choice from it. */

import { formatAddress } from "../../common/cli/address.ts";
import { type Key, type Lang, translate } from "../../common/i18n/mod.ts";
import { joinLine } from "../session/invitation.ts";
import type { FoundHub } from "./found_hubs.ts";

/** The command that joins a hub directly, without a search. */
export function joinCommand({ addresses: [address], isEncrypted }: FoundHub): string {
  return joinLine(address!, isEncrypted ? {} : undefined);
}

/** The name of a hub, and what joining it requires. */
function describeHub(hub: FoundHub, lang: Lang): string {
  const { name, isLocal, isEncrypted, requiresPassword } = hub;
  const text = (key: Key) => translate(lang, key, { name });
  const title = !isLocal ? name : text(name === "" ? "client.found_local" : "client.found_here");
  const traits = [
    ...(isEncrypted ? [text("client.found_encrypted")] : []),
    ...(requiresPassword ? [text("client.found_password")] : []),
  ];
  return traits.length === 0 ? title : `${title} (${traits.join(", ")})`;
}

/** The lines for the found hubs, at least one; numbered if there are several. */
export function listHubs(hubs: readonly FoundHub[], lang: Lang): string[] {
  const [only] = hubs;
  if (hubs.length === 1) {
    const hub = describeHub(only!, lang);
    return [translate(lang, "client.found_one", { hub }), `  ${joinCommand(only!)}`];
  }
  const width = String(hubs.length).length;
  return [
    translate(lang, "client.found_several", { count: hubs.length }),
    ...hubs.flatMap((hub, index) => [
      `  ${String(index + 1).padStart(width)}  ${describeHub(hub, lang)}`,
      `  ${" ".repeat(width)}  ${joinCommand(hub)}`,
    ]),
  ];
}

/** The line for a hub that cannot be joined, with the reason. */
export function describeSkipped(hub: FoundHub, key: Key, lang: Lang): string {
  const address = formatAddress(hub.addresses[0]!);
  return translate(lang, key, { hub: describeHub(hub, lang), address });
}

/** The index that an answer chooses; "none" for an empty answer, undefined for an invalid answer. */
export function readChoice(answer: string, count: number): number | "none" | undefined {
  const typed = answer.trim();
  if (typed === "") return "none";
  const number = /^\d{1,3}$/.test(typed) ? Number(typed) : NaN;
  return number >= 1 && number <= count ? number - 1 : undefined;
}
