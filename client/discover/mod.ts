/**
 * Finds a hub for a person who named none: those that are announced on the networks of the machine, and the one at its usual
 * address. It joins nothing.
 */

import { DEFAULT_HOST, DEFAULT_PORT } from "../../common/cli/address.ts";
import { Failure } from "../../common/cli/failure.ts";
import { networksOf } from "../../common/mdns/networks.ts";
import { type Lang, translate } from "../../common/i18n/mod.ts";
import type { ClientOptions } from "../options.ts";
import { askLine } from "../terminal/ask.ts";
import { browse } from "./browse.ts";
import { type FoundHub, FoundHubs, withLocal } from "./found_hubs.ts";
import { knock } from "./knock.ts";
import { describeSkipped, listHubs, readChoice } from "./list.ts";

/** So long it is looked for hubs, in milliseconds; where there is none by then, up to the second one. */
const USUAL_TIME = 1000;
const LONGEST_TIME = 2000;

/** Where who named nothing has always joined. */
const LOCAL = { hostname: DEFAULT_HOST, port: DEFAULT_PORT };

export interface DiscoverOptions {
  lang: Lang;
  /** Whether only hubs will do that are encrypted. */
  wantsTls: boolean;
  /** Takes a line for the person, who sits at standard input and output. */
  print: (line: string) => Promise<unknown>;
}

/**
 * Looks, shows what there is, and where that are several asks which one; undefined where the person wants none of them.
 *
 * @throws {Failure} when there is none.
 */
export async function discover(options: DiscoverOptions): Promise<FoundHub | undefined> {
  const { lang, print } = options;
  const hubs = await look(options);
  if (hubs.length === 0) throw new Failure("failure.no_hub_found");
  for (const line of listHubs(hubs, lang)) await print(line);
  return hubs.length === 1 ? hubs[0] : await choose(hubs, options);
}

/** The hubs that can be joined; of those that cannot, it is said why. */
async function look({ lang, wantsTls, print }: DiscoverOptions): Promise<FoundHub[]> {
  const interfaces = ownInterfaces();
  const networks = networksOf(interfaces);
  const finds = new FoundHubs(interfaces.map(({ address }) => address));
  const stop = new AbortController();
  const found = Promise.withResolvers<void>();
  const onService = (heard: unknown) => {
    if (finds.add(heard)) found.resolve();
  };
  const knocking = knock(LOCAL, stop.signal);
  const browsing = browse(networks, { onService, signal: stop.signal });
  const late = pause(LONGEST_TIME);
  if (networks.length > 0) {
    await print(translate(lang, "client.looking"));
    await pause(USUAL_TIME);
  }
  const local = await Promise.race([knocking, late]);
  // There may be one that takes its time, or did not hear that it was asked.
  if (!local && networks.length > 0) await Promise.race([found.promise, late]);
  stop.abort();
  await browsing;
  for (const hub of finds.incompatible()) {
    await print(describeSkipped(hub, "client.left_out_version", lang));
  }
  const hubs = withLocal(finds.compatible(), local && { address: LOCAL, ...local });
  if (!wantsTls) return hubs;
  for (const hub of hubs.filter(({ isEncrypted }) => !isEncrypted)) {
    await print(describeSkipped(hub, "client.left_out_unencrypted", lang));
  }
  return hubs.filter(({ isEncrypted }) => isEncrypted);
}

async function choose(
  hubs: readonly FoundHub[],
  { lang, print }: DiscoverOptions,
): Promise<FoundHub | undefined> {
  const question = translate(lang, "client.found_which", { count: hubs.length });
  for (let answer; (answer = await askLine(question)) !== undefined;) {
    const choice = readChoice(answer, hubs.length);
    if (choice === "none") return undefined;
    if (choice !== undefined) return hubs[choice];
    await print(translate(lang, "client.found_bad_choice", { answer }));
  }
  return undefined;
}

/**
 * How a hub that was found is joined. The password is for who was named: to a hub that was only heard of, which may be
 * anybody's, a person gives it by hand or not at all.
 */
export function joinOptions(options: ClientOptions, hub: FoundHub): ClientOptions {
  const { password, passwordFile, ...others } = options;
  return {
    ...others,
    addresses: hub.addresses,
    ...(hub.isEncrypted ? { tls: options.tls ?? {} } : {}),
    ...(hub.isProbed && password !== undefined ? { password } : {}),
    ...(hub.isProbed && passwordFile !== undefined ? { passwordFile } : {}),
  };
}

function ownInterfaces(): Deno.NetworkInterfaceInfo[] {
  try {
    return Deno.networkInterfaces();
  } catch {
    return []; // some containers do not tell
  }
}

function pause(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, undefined));
}
