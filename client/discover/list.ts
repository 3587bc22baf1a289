/** How hubs that were found are shown, and which of them an answer means. Pure. */

import { formatAddress } from "../../common/cli/address.ts";
import { type Key, type Lang, translate } from "../../common/i18n/mod.ts";
import type { FoundHub } from "./found_hubs.ts";

/** The line that joins a hub when it is typed, which holds also where nothing is found. */
export function joinCommand({ addresses: [address], isEncrypted }: FoundHub): string {
  const { hostname, port } = address!;
  return `chat client ${hostname} ${port}${isEncrypted ? " --tls" : ""}`;
}

/** Which one it is, and what joining it takes. */
export function describeHub(hub: FoundHub, lang: Lang): string {
  const { name, isLocal, isEncrypted, wantsPassword } = hub;
  const say = (key: Key) => translate(lang, key, { name });
  const called = !isLocal ? name : say(name === "" ? "client.found_local" : "client.found_here");
  const traits = [
    ...(isEncrypted ? [say("client.found_encrypted")] : []),
    ...(wantsPassword ? [say("client.found_password")] : []),
  ];
  return traits.length === 0 ? called : `${called} (${traits.join(", ")})`;
}

/** What is shown of the hubs, of which there is at least one: to be joined, or with numbers to choose by. */
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

/** One line for a hub that is not joined, and why. */
export function describeSkipped(
  hub: FoundHub,
  key: "client.left_out_unencrypted" | "client.left_out_version",
  lang: Lang,
): string {
  const address = formatAddress(hub.addresses[0]!);
  return translate(lang, key, { hub: describeHub(hub, lang), address });
}

/** Which hub of so many an answer means; "none" for nothing, and undefined for anything else. */
export function readChoice(answer: string, count: number): number | "none" | undefined {
  const text = answer.trim();
  if (text === "") return "none";
  const number = /^\d{1,3}$/.test(text) ? Number(text) : NaN;
  return number >= 1 && number <= count ? number - 1 : undefined;
}
