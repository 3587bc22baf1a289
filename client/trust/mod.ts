/** How a hub is reached over TLS: puts together whom to trust, what is remembered of hubs, and how the person is asked. */

import { type Address, formatAddress } from "../../common/cli/address.ts";
import type { Environment } from "../../common/cli/environment.ts";
import { Failure } from "../../common/cli/failure.ts";
import { readText } from "../../common/cli/files.ts";
import { parseFingerprint } from "../../common/cli/fingerprint.ts";
import { stateFile } from "../../common/cli/state_folder.ts";
import { type Lang, translate } from "../../common/i18n/mod.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";
import { KnownHubsFile } from "./known_hubs_file.ts";
import { askLine } from "../terminal/ask.ts";
import { connectTls, fetchCertificate, parseCertificates, useSystemCas } from "../net/tls.ts";
import type { HubSocket } from "../net/tls_socket.ts";
import { HubTrust } from "./trust.ts";

/** Longest file of authorities, in bytes. */
const MAX_CA_BYTES = 1024 * 1024;

/** What people answer who agree. */
const YES = /^(y|yes|s|si|sí)$/i;

/** How the hub is recognised: by a fingerprint, or by the authorities in a file. With neither: by the system, or as remembered. */
export interface TlsOptions {
  pin?: string;
  caFile?: string;
}

export interface TrustContext {
  lang: Lang;
  environment: Environment;
  /** Whether somebody is at the terminal who can be asked, and of whose hubs is remembered which they are. */
  isInteractive: boolean;
  /** Whether the person can be asked now. */
  mayPrompt: () => boolean;
  /** Takes a line about what went wrong and does not matter much. */
  warn: (line: string) => void;
}

/**
 * Makes ready to reach hubs over TLS: gives what each address is trusted by, always the same for one.
 *
 * @throws {Failure} when the file of authorities cannot be used.
 */
export async function openTrust(
  { pin, caFile }: TlsOptions,
  { lang, environment, isInteractive, mayPrompt, warn }: TrustContext,
): Promise<(address: Address) => HubTrust<HubSocket>> {
  useSystemCas();
  const place = stateFile("known-hubs", environment, Deno.build.os === "windows");
  const knownHubs = place && new KnownHubsFile(place, {
    isWritable: isInteractive,
    onFailure: (path) => warn(`* ${translate(lang, "client.hub_unkept", { path })}`),
  });
  const ca = caFile === undefined ? undefined : await readCaFile(caFile);
  const known = new Map<string, HubTrust<HubSocket>>();
  const makeOne = (address: Address) =>
    new HubTrust({
      address,
      pin,
      ca,
      knownHubs,
      ask: (fingerprint) =>
        isInteractive && mayPrompt() ? ask(fingerprint, address, lang) : Promise.resolve(undefined),
      fetchCertificate: (signal) => fetchCertificate(address, signal),
      connectTls: (identity, signal) => connectTls(address, identity, signal),
    });
  return (address) => {
    const name = formatAddress(address);
    const trust = known.get(name) ?? makeOne(address);
    known.set(name, trust);
    return trust;
  };
}

/** Whether the person says that this is the hub's fingerprint, or types the same one. */
async function ask(shown: string, hub: Address, lang: Lang): Promise<boolean> {
  const address = formatAddress(hub);
  const question = sanitize(translate(lang, "client.first_sight.details", { address, shown }), {
    newlines: true,
  });
  const answer = await askLine(question);
  return answer !== undefined && (YES.test(answer) || parseFingerprint(answer) === shown);
}

/**
 * The certificates of authorities in a file, in PEM.
 *
 * @throws {Failure} when it cannot be read, or has none.
 */
export async function readCaFile(path: string): Promise<string[]> {
  let certificates: string[] = [];
  const text = await readText(path, MAX_CA_BYTES);
  try {
    certificates = parseCertificates(text ?? "");
  } catch {
    // one of them is none
  }
  if (certificates.length === 0) throw new Failure("failure.no_certificates", { path });
  return certificates;
}
