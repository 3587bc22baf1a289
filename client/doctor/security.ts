/**
 * Speaks TLS with what may be a hub, by the same rules as the client: asks nobody, remembers nothing, and believes nobody
 * whom the client would not believe.
 */

import type { Address } from "../../common/cli/address.ts";
import { Failure } from "../../common/cli/failure.ts";
import { connectTls as handshake, fetchCertificate } from "../net/tls.ts";
import type { HubSocket } from "../net/tls_socket.ts";
import { HubTrust } from "../trust/trust.ts";
import type { Secured, ShownCertificate, Voucher } from "./findings.ts";

const SILENT: Secured = { kind: "silent" };

export interface SecurityOptions {
  /** The fingerprint that one was told. */
  pin?: string | undefined;
  /** Certificates of authorities, in PEM. */
  ca?: readonly string[] | undefined;
  /** The fingerprint by which the hub is remembered. */
  known?: string | undefined;
  signal: AbortSignal;
}

/** What came of it, and where the hub is trusted a connection on which nothing was said yet. Never rejects. */
export async function secure(
  address: Address,
  { pin, ca, known, signal }: SecurityOptions,
): Promise<{ secured: Secured; socket?: HubSocket }> {
  let certificate: ShownCertificate | undefined;
  /** What the system had against the last certificate. */
  let reason = "";
  const by: Voucher = pin !== undefined
    ? "named"
    : ca
    ? "file"
    : known !== undefined
    ? "remembered"
    : "system";
  const trust = new HubTrust<HubSocket>({
    address,
    pin,
    ca,
    knownHubs: { find: () => Promise.resolve(known), remember: () => Promise.resolve() },
    ask: () => Promise.resolve(undefined),
    fetchCertificate: (signal) => fetchCertificate(address, signal),
    connectTls: async (identity, signal) => {
      const made = await handshake(address, identity, signal);
      if (!made.ok && made.error.kind === "untrusted") ({ reason } = made.error);
      return made;
    },
  });
  try {
    certificate = await fetchCertificate(address, signal);
    const socket = await trust.connect(signal);
    return { secured: { kind: "trusted", by, certificate }, socket };
  } catch (error) {
    const secured = signal.aborted ? SILENT : describe(error, reason, certificate);
    return { secured };
  }
}

function describe(
  error: unknown,
  reason: string,
  certificate: ShownCertificate | undefined,
): Secured {
  if (!(error instanceof Failure)) return { kind: "failed", reason: String(error) };
  const { key: fault, params } = error;
  if (fault === "failure.no_tls") return { kind: "not_tls" };
  if (fault === "failure.timed_out") return SILENT;
  const isDistrusted = certificate !== undefined || fault === "failure.tls_impostor";
  if (isDistrusted && fault.startsWith("failure.tls_") && fault !== "failure.tls_failed") {
    return { kind: "distrusted", fault, reason, certificate };
  }
  const words = String(params["reason"] ?? error.message);
  return { kind: "failed", reason: words.replace(/\.$/, "") };
}
