/** Asks on the networks of the machine which hubs there are, and waits a little for the answers. */

import { Multicast } from "../../common/mdns/multicast.ts";
import type { Network } from "../../common/mdns/networks.ts";
import { SERVICE_TYPE } from "../../common/mdns/service.ts";

/** When it is asked again, in milliseconds: over radio, what is sent to all gets lost. */
const ASK_AGAIN = [250, 750, 1250];

/** On one network no more services are heard of: the library keeps them all, and goes through them again and again. */
const MAX_SERVICES = 200;

export interface BrowseOptions {
  /** Takes whatever is heard of a service of the kind. */
  onService: (heard: unknown) => void;
  /** Ends it. */
  signal: AbortSignal;
}

/** Looks until the signal comes. A network that has no multicast is left out. */
export async function browse(
  networks: readonly Network[],
  { onService, signal }: BrowseOptions,
): Promise<void> {
  const opened = await Promise.allSettled(
    networks.map((network) => Multicast.open(network, { onFailure: () => {} })),
  );
  const open = opened.flatMap((each) => each.status === "fulfilled" ? [each.value] : []);
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
  const timers = ASK_AGAIN.map((milliseconds) =>
    setTimeout(() => browsers.forEach((browser) => browser.update()), milliseconds)
  );
  await aborted(signal);
  timers.forEach(clearTimeout);
  for (const browser of browsers) browser.stop();
  for (const multicast of open) multicast.close();
}

function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  else signal.addEventListener("abort", () => resolve(), { once: true });
  return promise;
}
