/** Asks for hubs by mDNS on this machine's networks. */

import { within } from "../../common/cli/timers.ts";
import { Multicast } from "../../common/mdns/multicast.ts";
import type { Network } from "../../common/mdns/networks.ts";
import { SERVICE_TYPE } from "../../common/mdns/service.ts";

/** When the query is repeated, in milliseconds: Wi-Fi loses multicast. */
const REPEAT_AFTER = [250, 750, 1250];

/** Limit of services per network: the library keeps all of them, and searches the whole list each time. */
const MAX_SERVICES = 200;

/** Passes on announcements, unvalidated, until the signal aborts. Networks without multicast are left out. */
export async function browse(
  networks: readonly Network[],
  { onService, signal }: { onService: (announcement: unknown) => void; signal: AbortSignal },
): Promise<void> {
  const opened = await Promise.allSettled(
    networks.map((network) => Multicast.open(network, () => {})),
  );
  const open = opened.flatMap((result) => result.status === "fulfilled" ? [result.value] : []);
  const browsers = open.map(({ bonjour }) => {
    const browser = bonjour.find({ type: SERVICE_TYPE });
    for (const event of ["up", "srv-update", "txt-update"] as const) {
      browser.on(event, (service: unknown) => {
        onService(service);
        if (browser.services.length >= MAX_SERVICES) browser.stop();
      });
    }
    return browser;
  });
  const timers = REPEAT_AFTER.map((milliseconds) =>
    setTimeout(() => browsers.forEach((browser) => browser.update()), milliseconds)
  );
  await within(new Promise(() => {}), { signal });
  timers.forEach(clearTimeout);
  for (const browser of browsers) browser.stop();
  for (const multicast of open) multicast.close();
}
