/** Trust in hubs over TLS: combines the user's options, the known hubs and the question to the user. */

import { type Address, formatAddress } from "../../common/cli/address.ts";
import type { Environment } from "../../common/cli/environment.ts";
import { Failure } from "../../common/cli/failure.ts";
import { readText } from "../../common/cli/files.ts";
import { parseFingerprint } from "../../common/cli/fingerprint.ts";
import { warn } from "../../common/cli/tell.ts";
import { type Lang, translate } from "../../common/i18n/mod.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";
import { attempt } from "../../common/result.ts";
import { connectTls, fetchCertificate, parseCertificates, useSystemCas } from "../net/tls.ts";
import type { HubSocket } from "../net/tls_socket.ts";
import { askLine } from "../terminal/ask.ts";
import { findKnownHubs } from "./known_hubs.ts";
import { HubTrust } from "./trust.ts";

/** Longest CA file, in bytes. */
const MAX_CA_BYTES = 1024 * 1024;

/** Answers that accept a fingerprint, and answers that do not. */
const YES = /^(y|yes|s|si|sí)$/i;
const NO = /^(n|no)$/i;

/** A fingerprint or a CA file; with neither, the system's authorities and the known hubs decide. */
export interface TlsOptions {
  pin?: string;
  caFile?: string;
}

/** The trust of each address, the same object each time. @throws {Failure} if the CA file cannot be used. */
export async function openTrust(
  { pin, caFile }: TlsOptions,
  { lang, environment, isInteractive, mayPrompt }: {
    lang: Lang;
    environment: Environment;
    /** Whether a user is at the terminal, so that hubs can be asked about and remembered. */
    isInteractive: boolean;
    /** Whether the user can be asked now. */
    mayPrompt: () => boolean;
  },
): Promise<(address: Address) => HubTrust<HubSocket>> {
  useSystemCas();
  const onUnkept = (path: string) => warn(`* ${translate(lang, "client.hub_unkept", { path })}`);
  const knownHubs = findKnownHubs(environment, isInteractive ? onUnkept : undefined);
  const ca = caFile === undefined ? undefined : await readCaFile(caFile);
  const trusts = new Map<string, HubTrust<HubSocket>>();
  const create = (address: Address) =>
    new HubTrust({
      address,
      pin,
      ca,
      knownHubs,
      ask: async (fingerprint) =>
        isInteractive && mayPrompt() ? await askAboutHub(fingerprint, address, lang) : undefined,
      fetchCertificate: (signal) => fetchCertificate(address, signal),
      connectTls: (identity, signal) => connectTls(address, identity, signal),
    });
  return (address) => {
    const name = formatAddress(address);
    const trust = trusts.get(name) ?? create(address);
    trusts.set(name, trust);
    return trust;
  };
}

/** Resolves to whether the user accepts the hub's fingerprint; the end of input does not. */
async function askAboutHub(shown: string, hub: Address, lang: Lang): Promise<boolean> {
  const address = formatAddress(hub);
  let question = translate(lang, "client.first_sight.details", { address, shown });
  for (;;) {
    const answer = await askLine(sanitize(question, { newlines: true }));
    const accepts = answer === undefined ? false : readAnswer(answer, shown);
    if (accepts !== undefined) return accepts;
    question = translate(lang, "client.yes_or_no");
  }
}

/** Whether an answer accepts the fingerprint that is shown, in words or by typing it; undefined if it is unclear. */
export function readAnswer(answer: string, shown: string): boolean | undefined {
  const typed = answer.normalize();
  const fingerprint = parseFingerprint(typed);
  if (fingerprint !== undefined) return fingerprint === shown;
  return YES.test(typed) ? true : NO.test(typed) ? false : undefined;
}

/** @throws {Failure} if the file cannot be read, or has no valid certificates in PEM. */
export async function readCaFile(path: string): Promise<string[]> {
  const text = await readText(path, MAX_CA_BYTES);
  const certificates = attempt(() => parseCertificates(text ?? ""));
  if (!certificates?.length) throw new Failure("failure.no_certificates", { path });
  return certificates;
}
