/** Why what was shown over TLS is not believed, and whether it may be joined by its fingerprint all the same. Pure. */

import type { Params } from "../../common/protocol/codes.ts";
import type { Secured } from "./findings.ts";

export type Distrusted = Extract<Secured, { kind: "distrusted" }>;

/** The sentence `doctor.says.<name>`, and what it is filled with. */
export interface Distrust {
  name:
    | "tls_expired"
    | "tls_early"
    | "tls_changed"
    | "tls_other"
    | "tls_impostor"
    | "tls_name"
    | "tls_issuer"
    | "tls_unknown"
    | "tls_unverified";
  params: Params;
  /** The fingerprint with which one may join who has compared it. */
  shown?: string;
}

/** What the system says of a certificate that is made out to somebody else, on the Deno versions that were tried. */
const OTHER_NAME = /not ?valid ?for ?(any ?)?name/i;

/** `now`: milliseconds since 1970. When a certificate holds is told before all else: with the rest one could live. */
export function judgeCertificate(
  { fault, reason, certificate }: Distrusted,
  now: number,
): Distrust {
  const shown = certificate?.fingerprint ?? "";
  const today = dateOf(now);
  if (certificate && certificate.until < now) {
    return { name: "tls_expired", params: { until: dateOf(certificate.until), today } };
  }
  if (certificate && certificate.from > now) {
    return { name: "tls_early", params: { from: dateOf(certificate.from), today } };
  }
  if (fault === "failure.tls_changed") return { name: "tls_changed", params: { shown }, shown };
  if (fault === "failure.tls_other") return { name: "tls_other", params: { shown } };
  if (fault === "failure.tls_impostor") return { name: "tls_impostor", params: {} };
  if (OTHER_NAME.test(reason) && certificate?.name !== undefined) {
    return { name: "tls_name", params: { name: certificate.name, shown }, shown };
  }
  const isIssuer = fault === "failure.tls_issuer";
  if (isIssuer && certificate && !certificate.isSelfIssued) {
    return { name: "tls_issuer", params: { issuer: certificate.issuer } };
  }
  return isIssuer || fault === "failure.tls_unknown"
    ? { name: "tls_unknown", params: { shown }, shown }
    : { name: "tls_unverified", params: { reason } };
}

/** The day of a moment in milliseconds since 1970, as ISO 8601 writes it; a question mark for none. */
export function dateOf(moment: number): string {
  return Number.isFinite(moment) && Math.abs(moment) <= 8.64e15
    ? new Date(moment).toISOString().slice(0, 10)
    : "?";
}
