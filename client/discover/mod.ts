/** Finds hubs for a user who gave no address: at the default address, and announced on this machine's networks. */

import { type Address, DEFAULT_HOST, DEFAULT_PORT } from "../../common/cli/address.ts";
import { notedHubs } from "../../common/cli/hub_notes.ts";
import type { Environment } from "../../common/cli/environment.ts";
import { Failure } from "../../common/cli/failure.ts";
import { stateFile } from "../../common/cli/state_folder.ts";
import { tell } from "../../common/cli/tell.ts";
import { pause } from "../../common/cli/timers.ts";
import { defined } from "../../common/defined.ts";
import { type Lang, translate } from "../../common/i18n/mod.ts";
import { networksOf, ownInterfaces } from "../../common/mdns/networks.ts";
import { isLoopback } from "../../common/protocol/ip.ts";
import { findHub } from "../net/probe.ts";
import type { ClientOptions } from "../options.ts";
import { askLine } from "../terminal/ask.ts";
import { findKnownHubs } from "../trust/known_hubs.ts";
import { browse } from "./browse.ts";
import { type FoundHub, FoundHubs, withLocal } from "./found_hubs.ts";
import { describeSkipped, listHubs, readChoice } from "./list.ts";

/** How long the search takes, in milliseconds, and how long at most while nothing is found. */
const SEARCH_TIME = 1000;
const MAX_SEARCH_TIME = 2000;

const LOCAL = { hostname: DEFAULT_HOST, port: DEFAULT_PORT };

/** Searches; of several, the user chooses one, or none. @throws {Failure} if none is found. */
export async function discover(options: ClientOptions, environment: Environment) {
  const { lang } = options;
  const hubs = await search(options, environment);
  if (hubs.length === 0) throw new Failure("failure.no_hub_found");
  for (const line of listHubs(hubs, lang)) tell(line);
  return hubs.length === 1 ? hubs[0] : await choose(hubs, lang);
}

/** Finds the hubs that can be joined, and prints why others cannot. With `--tls` only encrypted hubs can. */
async function search({ lang, tls }: ClientOptions, environment: Environment): Promise<FoundHub[]> {
  const interfaces = ownInterfaces();
  const networks = networksOf(interfaces);
  const foundHubs = new FoundHubs(interfaces.map(({ address }) => address));
  const stop = new AbortController();
  const firstFound = Promise.withResolvers<void>();
  const onService = (announcement: unknown) => {
    if (foundHubs.add(announcement)) firstFound.resolve();
  };
  const knownHubs = findKnownHubs(environment);
  const isKnown = async (address: Address) => await knownHubs?.find(address) !== undefined;
  const isOwn = ({ hostname }: Address) =>
    isLoopback(hostname) || interfaces.some(({ address }) => address === hostname);
  const notes = stateFile("hubs", environment);
  const places = [LOCAL, ...(notes ? await notedHubs(notes) : []).filter(isOwn)];
  const locals = new Map<Address, Parameters<typeof withLocal>[1]>();
  const probing = Promise.all(places.map(async (address) => {
    const found = await findHub(address, stop.signal, { isKnown: await isKnown(address) });
    if (found) locals.set(address, { address, ...found });
  }));
  const browsing = browse(networks, { onService, signal: stop.signal });
  const late = pause(MAX_SEARCH_TIME);
  if (networks.length > 0) {
    tell(translate(lang, "client.looking"));
    await pause(SEARCH_TIME);
  }
  await Promise.race([probing, late]);
  // A hub may be slow, or may have missed the first query.
  if (locals.size === 0 && networks.length > 0) await Promise.race([firstFound.promise, late]);
  stop.abort();
  await browsing;
  for (const hub of foundHubs.list({ isCompatible: false })) {
    tell(describeSkipped(hub, "client.left_out_version", lang));
  }
  const hubs = places.toReversed().map((place) => locals.get(place))
    .reduce(withLocal, foundHubs.list());
  // An announcement must not talk TLS away.
  for (const hub of hubs) {
    for (const address of hub.addresses) hub.isEncrypted ||= await isKnown(address);
  }
  if (!tls) return hubs;
  for (const hub of hubs.filter(({ isEncrypted }) => !isEncrypted)) {
    tell(describeSkipped(hub, "client.left_out_unencrypted", lang));
  }
  return hubs.filter(({ isEncrypted }) => isEncrypted);
}

async function choose(hubs: readonly FoundHub[], lang: Lang): Promise<FoundHub | undefined> {
  const question = translate(lang, "client.found_which", { count: hubs.length });
  for (let answer; (answer = await askLine(question)) !== undefined;) {
    const choice = readChoice(answer, hubs.length);
    if (choice === "none") return undefined;
    if (choice !== undefined) return hubs[choice];
    tell(translate(lang, "client.found_bad_choice", { answer }));
  }
  return undefined;
}

/** The options for joining a found hub. A password goes to a probed hub alone: anybody can announce one. */
export function joinOptions(options: ClientOptions, hub: FoundHub): ClientOptions {
  const { password, passwordFile, ...others } = options;
  return {
    ...others,
    addresses: hub.addresses,
    ...(hub.isEncrypted ? { tls: options.tls ?? {} } : {}),
    ...(hub.isProbed ? defined({ password, passwordFile }) : {}),
  };
}
