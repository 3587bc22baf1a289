/** What the doctor may find, and the diagnosis that it should make of it. */

import type {
  CertificateInfo,
  ConnectAttempt,
  Distrusted,
  Finding,
  Target,
  TlsResult,
  TrustSource,
} from "../../../../client/doctor/findings.ts";
import type { HubInfo, ProbeResult } from "../../../../client/net/probe_reader.ts";
import { EXIT } from "../../../../common/cli/failure.ts";

export const TODAY = Date.UTC(2026, 10, 23);
const DAY = 86_400_000;
export const SHOWN = `sha256:${"0f".repeat(32)}`;

export const CERTIFICATE: CertificateInfo = {
  fingerprint: SHOWN,
  version: "TLSv1.3",
  name: "other.example.org",
  isSelfIssued: true,
  issuer: "CN=somebody",
  from: TODAY - DAY,
  until: TODAY + 15 * DAY,
};
export const ISSUED: CertificateInfo = { ...CERTIFICATE, isSelfIssued: false };
export const HUB: HubInfo = { kind: "hub", hub: "chat 1", protocol: 1, people: 2, isTried: false };

export const CONNECTED = { kind: "connected", milliseconds: 12.34 } as const;
export const attempt = (outcome: ConnectAttempt["outcome"], host = "192.0.2.7") => ({
  host,
  outcome,
});
export const connect = (...attempts: ConnectAttempt[]): Finding[] => [
  { step: "resolve", resolution: { kind: "found", hosts: attempts.map(({ host }) => host) } },
  { step: "connect", attempts },
];
export const probe = (result: ProbeResult, isEncrypted = false): Finding => ({
  step: "probe",
  isEncrypted,
  result,
});
/** What is found at a host that can be connected to. */
export const connected = (...findings: Finding[]) => [...connect(attempt(CONNECTED)), ...findings];
export const tls = (result: TlsResult): Finding => ({ step: "tls", result });
export const distrusted = (
  fault: Distrusted["fault"],
  certificate: CertificateInfo | undefined = CERTIFICATE,
  reason = "UnknownIssuer",
): Finding => tls({ kind: "distrusted", fault, reason, certificate });
const trusted = (by: TrustSource): Finding =>
  tls({ kind: "trusted", by, certificate: CERTIFICATE });
export const refusal = (code: string): HubInfo => ({
  ...HUB,
  refusal: { code, params: {}, text: "in the hub's words" },
});
export const bye = (code: string, params = {}): ProbeResult => ({
  kind: "bye",
  code,
  params,
  text: "in the hub's words",
});

interface Case {
  code: number;
  /** The keys, without `doctor.says.`. */
  messages: string;
  findings: Finding[];
  line?: string;
  target?: Partial<Target>;
}

const ending =
  (code: number) =>
  (messages: string, findings: Finding[], more: Pick<Case, "line" | "target"> = {}): Case => ({
    code,
    messages,
    findings,
    ...more,
  });
const well = ending(EXIT.done);
const failed = ending(EXIT.failed);
const refused = ending(EXIT.refused);

const JOIN = "chat client hub.lan 4000";
const TLS = { tls: {} };
const PINNED = { tls: { pin: SHOWN } };
const KNOWN = { wasEncrypted: { knownIn: "/x/known-hubs" } };
const BY_FILE = { tls: { caFile: "ca.pem" } };
const REFUSED = { kind: "refused" } as const;
export const SPEAKS_TLS = probe({ kind: "tls" });
const TRIED = probe({ ...HUB, isTried: true });

const ENDING = tls({
  kind: "trusted",
  by: "named",
  certificate: { ...CERTIFICATE, until: TODAY + 14 * DAY },
});

export const CASES: Case[] = [
  well("well join", connected(probe(HUB)), { line: JOIN }),
  well("well password_right password_plain join", connected(TRIED), {
    target: { hasPassword: true, passwordFile: "/tmp/a b" },
    line: `${JOIN} --password-file '/tmp/a b'`,
  }),
  well("well password_right join", [...connect(attempt(CONNECTED, "127.0.0.1")), TRIED], {
    target: { hasPassword: true },
    line: JOIN,
  }),
  well("well password_unneeded join", connected(probe(HUB)), {
    target: { hasPassword: true, nick: "José" },
    line: `${JOIN} --name José`,
  }),
  well("well ways_partly join", [
    ...connect(attempt(CONNECTED), attempt({ kind: "filtered", seconds: 5 }, "2001:db8::7")),
    probe(HUB),
  ], { line: JOIN }),
  well("well_old join", connected(probe(bye("unsupported_protocol", { supported: 1 }))), {
    line: JOIN,
  }),
  well("well join", connected(trusted("named"), probe(HUB, true)), {
    target: PINNED,
    line: `${JOIN} --tls ${SHOWN}`,
  }),
  well("well tls_ends join", connected(ENDING, probe(HUB, true)), {
    target: PINNED,
    line: `${JOIN} --tls ${SHOWN}`,
  }),
  well("well join", connected(trusted("file"), probe(HUB, true)), {
    target: BY_FILE,
    line: `${JOIN} --tls --tls-ca ca.pem`,
  }),

  failed("unknown_host", [{ step: "resolve", resolution: { kind: "unknown" } }]),
  failed("unknown_short", [{ step: "resolve", resolution: { kind: "unknown" } }], {
    target: { address: { hostname: "hub", port: 3000 } },
  }),
  failed("no_dns", [{ step: "resolve", resolution: { kind: "unanswered" } }]),
  failed("refused", connect(attempt(REFUSED))),
  failed("refused_here", connect(attempt(REFUSED, "127.0.0.1"), attempt(REFUSED, "::1"))),
  failed("elsewhere", [
    ...connect(attempt(REFUSED)),
    { step: "elsewhere", address: { hostname: "hub.lan", port: 3000 }, isOwn: false },
  ], { line: "chat client hub.lan 3000" }),
  failed("loopback_only", [
    ...connect(attempt(REFUSED)),
    { step: "elsewhere", address: { hostname: "127.0.0.1", port: 4000 }, isOwn: true },
  ], { line: "chat client 127.0.0.1 4000" }),
  failed("filtered", connect(attempt({ kind: "filtered", seconds: 5 }))),
  failed("unreachable", connect(attempt({ kind: "unreachable" }))),
  failed("forbidden", connect(attempt({ kind: "forbidden" }))),
  failed("failed", connect(attempt({ kind: "failed", reason: "odd" }))),
  failed("refused", connect(attempt({ kind: "unreachable" }, "::2"), attempt(REFUSED))),

  failed("silent", connected(probe({ kind: "silent" }))),
  failed("closed", connected(probe({ kind: "closed" }))),
  ...(["ssh", undefined] as const).map((service) =>
    failed("stranger", connected(probe({ kind: "stranger", service, line: "SSH-2.0" })))
  ),
  failed(
    "stranger",
    connected(
      SPEAKS_TLS,
      trusted("system"),
      probe({ kind: "stranger", service: "http", line: "" }, true),
    ),
  ),

  ...(["system", "remembered"] as const).map((by) =>
    failed(`tls_wanted tls_wanted_${by}`, connected(SPEAKS_TLS, trusted(by), probe(HUB, true)), {
      line: `${JOIN} --tls`,
    })
  ),
  failed("tls_wanted tls_wanted_shown", connected(SPEAKS_TLS, distrusted("failure.tls_unknown")), {
    line: `${JOIN} --tls ${SHOWN}`,
  }),
  failed(
    "tls_wanted tls_wanted_unclear",
    connected(SPEAKS_TLS, distrusted("failure.tls_changed")),
    { line: "chat doctor hub.lan 4000 --tls" },
  ),
  refused("tls_wanted tls_wanted_remembered", connected(trusted("remembered"), probe(HUB, true)), {
    target: KNOWN,
    line: `${JOIN} --tls`,
  }),
  refused("tls_wanted tls_wanted_unclear", connected(distrusted("failure.tls_changed")), {
    target: KNOWN,
    line: "chat doctor hub.lan 4000 --tls",
  }),

  ...[KNOWN, { ...KNOWN, ...TLS }, { ...KNOWN, ...BY_FILE }, { ...PINNED, wasEncrypted: {} }].map((
    target,
  ) => refused("tls_dropped", connected(tls({ kind: "not_tls" })), { target })),
  failed("silent", connected(tls({ kind: "silent" })), { target: KNOWN }),
  failed("not_tls", connected(tls({ kind: "not_tls" }), probe(HUB)), { target: TLS, line: JOIN }),
  failed("not_tls_unknown", connected(tls({ kind: "not_tls" }), probe({ kind: "silent" })), {
    target: TLS,
  }),
  failed("silent", connected(tls({ kind: "silent" })), { target: TLS }),
  failed("tls_broken", connected(tls({ kind: "failed", reason: "reset" })), { target: TLS }),
  ...(["tls_unknown", "tls_changed"] as const).map((name) =>
    refused(name, connected(distrusted(`failure.${name}`)), {
      target: TLS,
      line: `${JOIN} --tls ${SHOWN}`,
    })
  ),
  refused("tls_other", connected(distrusted("failure.tls_other")), { target: PINNED }),
  refused(
    "tls_expired",
    connected(distrusted("failure.tls_unknown", { ...CERTIFICATE, until: TODAY - 1 })),
    { target: TLS },
  ),
  refused(
    "tls_early",
    connected(distrusted("failure.tls_expired", { ...CERTIFICATE, from: TODAY + 1 })),
    { target: TLS },
  ),
  ...["NotValidForName", 'certificate not valid for name "x"; only for y'].map((reason) =>
    refused("tls_name", connected(distrusted("failure.tls_unknown", ISSUED, reason)), {
      target: TLS,
      line: `${JOIN} --tls ${SHOWN}`,
    })
  ),
  refused("tls_issuer", connected(distrusted("failure.tls_issuer", ISSUED)), { target: BY_FILE }),
  refused("tls_impostor", connected(distrusted("failure.tls_impostor", undefined)), {
    target: TLS,
  }),
  refused(
    "tls_unverified",
    connected(distrusted("failure.tls_unverified", CERTIFICATE, "BadEncoding")),
    { target: TLS },
  ),

  refused("password_wanted", connected(probe(refusal("password_wanted")))),
  ...["banned", "locked", "not_proxied"].map((code) =>
    refused(code, connected(probe(refusal(code))))
  ),
  ...["wrong_password", "auth_failed"].map((code) =>
    refused("password_wrong", connected(probe({ ...refusal(code), isTried: true })), {
      target: { hasPassword: true },
    })
  ),
  ...["server_full", "address_full"].map((code) => refused(code, connected(probe(bye(code))))),
  ...["cut_off", "shutdown"].map((code) => failed(code, connected(probe(refusal(code))))),
  ...["", "timeout", "of_tomorrow"].map((code) => refused("bye", connected(probe(bye(code))))),
  refused("newer", connected(probe({ ...HUB, protocol: 2 }))),
  refused("older", connected(probe(bye("unsupported_protocol", { supported: 0 })))),
];

export const targetOf = (given: Partial<Target> = {}): Target => ({
  address: { hostname: "hub.lan", port: 4000 },
  hasPassword: false,
  ...given,
});
