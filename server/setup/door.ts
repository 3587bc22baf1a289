/** Opens the hub's door to browsers, while the machine's names may still be read. */

import { machineName, ownInterfaces } from "../../common/mdns/networks.ts";
import type { Door } from "../web/door.ts";
import { allowHosts } from "../web/hosts.ts";
import { Visits } from "../web/visits.ts";
import type { ServerOptions } from "./options.ts";

/** `announced`: the name by which the hub is announced. */
export async function openDoor(
  { lang, web }: Pick<ServerOptions, "lang" | "web">,
  announced: string | undefined,
): Promise<Door> {
  const machine = machineName() || "localhost";
  const names = [machine, `${machine.split(".")[0]}.local`, ...(announced ? [announced] : [])];
  const addresses = ownInterfaces().map(({ address }) => address);
  return {
    lang,
    isAllowed: allowHosts([...names, ...addresses, ...web?.hosts ?? []]),
    visits: new Visits(),
    // It reads variables, and so cannot be loaded when the first page comes.
    webSocket: web && await import("../web/websocket.ts"),
  };
}
