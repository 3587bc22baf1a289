/** Checks the hub's TLS and its certificate by the client's rules, but asks nothing and stores nothing. */

import type { Address } from "../../common/cli/address.ts";
import { Failure } from "../../common/cli/failure.ts";
import { isKey } from "../../common/i18n/mod.ts";
import type { Params } from "../../common/protocol/codes.ts";
import { formatDate } from "../../common/protocol/tls.ts";
import { connectTls, fetchCertificate, tlsReason } from "../net/tls.ts";
import type { HubSocket } from "../net/tls_socket.ts";
import { HubTrust, type HubTrustOptions } from "../trust/trust.ts";
import type {
  CertificateInfo,
  Distrusted,
  MessageName,
  TlsResult,
  TrustSource,
} from "./findings.ts";

const SILENT: TlsResult = { kind: "silent" };

/** What the client would know of the hub, with the fingerprint that is stored for it. */
type TlsCheckOptions = Pick<HubTrustOptions<HubSocket>, "pin" | "ca"> & {
  known?: string | undefined;
};

/** Connects with TLS. If the hub is trusted, the connection comes too; nothing was sent on it yet. Never rejects. */
export async function checkTls(
  address: Address,
  { pin, ca, known }: TlsCheckOptions,
  signal: AbortSignal,
): Promise<{ result: TlsResult; socket?: HubSocket }> {
  let certificate: CertificateInfo | undefined;
  /** What the system had against the last certificate. */
  let reason = "";
  const by: TrustSource = pin ? "named" : ca ? "file" : known ? "remembered" : "system";
  const trust = new HubTrust<HubSocket>({
    address,
    pin,
    ca,
    knownHubs: { find: () => Promise.resolve(known), remember: () => Promise.resolve() },
    ask: () => Promise.resolve(undefined),
    fetchCertificate: (signal) => fetchCertificate(address, signal),
    connectTls: async (identity, signal) => {
      const made = await connectTls(address, identity, signal);
      if (!made.ok && made.error.kind === "untrusted") ({ reason } = made.error);
      return made;
    },
  });
  try {
    certificate = await fetchCertificate(address, signal);
    const socket = await trust.connect(signal);
    return { result: { kind: "trusted", by, certificate }, socket };
  } catch (error) {
    return { result: signal.aborted ? SILENT : describe(error, reason, certificate) };
  }
}

function describe(error: unknown, reason: string, certificate?: CertificateInfo): TlsResult {
  if (!(error instanceof Failure)) return { kind: "failed", reason: String(error) };
  const { key: fault, params } = error;
  if (fault === "failure.no_tls" || fault === "failure.tls_dropped") return { kind: "not_tls" };
  if (fault === "failure.timed_out") return SILENT;
  const isDistrusted = certificate !== undefined || fault === "failure.tls_impostor";
  if (isDistrusted && fault.startsWith("failure.tls_") && fault !== "failure.tls_failed") {
    return { kind: "distrusted", fault, reason, certificate };
  }
  const name = fault.replace("failure.", "");
  const words = String(params["reason"] ?? (isKey(`tls.${name}`) ? name : error.message));
  return { kind: "failed", reason: words.replace(/\.$/, "") };
}

/** Why a certificate is not trusted, and the fingerprint to compare, if that helps. `now`: milliseconds since 1970. */
export function judgeCertificate(
  { fault, reason, certificate }: Distrusted,
  now: number,
): { name: MessageName; params: Params; shown?: string } {
  const shown = certificate?.fingerprint ?? "";
  const today = formatDate(now);
  // First, as no option makes an expired certificate usable.
  if (certificate && certificate.until < now) {
    return { name: "tls_expired", params: { until: formatDate(certificate.until), today } };
  }
  if (certificate && certificate.from > now) {
    return { name: "tls_early", params: { from: formatDate(certificate.from), today } };
  }
  if (fault === "failure.tls_changed") return { name: "tls_changed", params: { shown }, shown };
  if (fault === "failure.tls_other") return { name: "tls_other", params: { shown } };
  if (fault === "failure.tls_impostor") return { name: "tls_impostor", params: {} };
  if (tlsReason(reason) === "other_name" && certificate?.name !== undefined) {
    return { name: "tls_name", params: { name: certificate.name, shown }, shown };
  }
  const isIssuer = fault === "failure.tls_issuer";
  if (isIssuer && certificate && !certificate.isSelfIssued) {
    return { name: "tls_issuer", params: { issuer: certificate.issuer } };
  }
  return isIssuer || fault === "failure.tls_unknown"
    ? { name: "tls_unknown", params: { shown }, shown }
    : { name: "tls_unverified", params: { reason: tlsReason(reason) } };
}
