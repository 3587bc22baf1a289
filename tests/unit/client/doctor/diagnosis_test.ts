/** The diagnosis of each fault, and how findings and diagnoses are shown. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { EXIT } from "../../../../cli/failure.ts";
import { diagnose, shellLine } from "../../../../client/doctor/diagnosis.ts";
import type {
  CertificateInfo,
  ConnectAttempt,
  Distrusted,
  Finding,
  Target,
  TlsResult,
  TrustSource,
} from "../../../../client/doctor/findings.ts";
import {
  reportDiagnosis,
  reportFinding,
  type ReportOptions,
} from "../../../../client/doctor/report.ts";
import type { HubInfo, ProbeResult } from "../../../../client/net/probe_reader.ts";
import { SERVICES } from "../../../../client/net/services.ts";
import { makeTheme } from "../../../../client/theme.ts";
import { textWidth } from "../../../../client/width.ts";
import { en } from "../../../../i18n/en.ts";
import { LANGS, translate } from "../../../../i18n/mod.ts";
import { hostileText } from "../../../support/hostile.ts";
import { testProperty } from "../../../support/property.ts";

const TODAY = Date.UTC(2026, 10, 23);
const DAY = 86_400_000;
const SHOWN = `sha256:${"0f".repeat(32)}`;

const CERTIFICATE: CertificateInfo = {
  fingerprint: SHOWN,
  version: "TLSv1.3",
  name: "other.example.org",
  isSelfIssued: true,
  issuer: "CN=somebody",
  from: TODAY - DAY,
  until: TODAY + DAY,
};
const ISSUED: CertificateInfo = { ...CERTIFICATE, isSelfIssued: false };
const HUB: HubInfo = { kind: "hub", hub: "chat 1", protocol: 1, people: 2, isTried: false };

const CONNECTED: ConnectAttempt["outcome"] = { kind: "connected", milliseconds: 12.34 };
const attempt = (outcome: ConnectAttempt["outcome"], host = "192.0.2.7") => ({ host, outcome });
const connect = (...attempts: ConnectAttempt[]): Finding[] => [
  { step: "resolve", resolution: { kind: "found", hosts: attempts.map(({ host }) => host) } },
  { step: "connect", attempts },
];
const OPEN = connect(attempt(CONNECTED));
const probe = (result: ProbeResult, isEncrypted = false): Finding => ({
  step: "probe",
  isEncrypted,
  result,
});
const tls = (result: TlsResult): Finding => ({ step: "tls", result });
const distrusted = (
  fault: Distrusted["fault"],
  certificate: CertificateInfo | undefined = CERTIFICATE,
  reason = "UnknownIssuer",
): Finding => tls({ kind: "distrusted", fault, reason, certificate });
const trusted = (by: TrustSource): Finding =>
  tls({ kind: "trusted", by, certificate: CERTIFICATE });
const refusal = (code: string, type: "error" | "bye" = "bye"): HubInfo => ({
  ...HUB,
  refusal: { type, code, params: {}, text: "in the hub's words" },
});
const bye = (code: string, params = {}): ProbeResult => ({
  kind: "bye",
  code,
  params,
  text: "in the hub's words",
});

interface Case {
  target?: Partial<Target>;
  findings: Finding[];
  /** The keys of the messages, without `doctor.says.`. */
  messages: string;
  code: number;
  line?: string;
}

const { done, failed, refused } = EXIT;
const JOIN = "chat client hub.lan 4000";
const TLS = { tls: {} };

const CASES: Case[] = [
  { findings: [...OPEN, probe(HUB)], messages: "well join", code: done, line: JOIN },
  {
    target: { hasPassword: true, passwordFile: "/tmp/a b" },
    findings: [...OPEN, probe({ ...HUB, isTried: true })],
    messages: "well password_right password_plain join",
    code: done,
    line: `${JOIN} --password-file '/tmp/a b'`,
  },
  {
    target: { hasPassword: true },
    findings: [...connect(attempt(CONNECTED, "127.0.0.1")), probe({ ...HUB, isTried: true })],
    messages: "well password_right join",
    code: done,
    line: JOIN,
  },
  {
    target: { hasPassword: true, nick: "José" },
    findings: [...OPEN, probe(HUB)],
    messages: "well password_unneeded join",
    code: done,
    line: `${JOIN} --name José`,
  },
  {
    findings: [
      ...connect(attempt(CONNECTED), attempt({ kind: "filtered", seconds: 5 }, "2001:db8::7")),
      probe(HUB),
    ],
    messages: "well ways_partly join",
    code: done,
    line: JOIN,
  },
  {
    findings: [...OPEN, probe(bye("unsupported_protocol", { supported: 1 }))],
    messages: "well_old join",
    code: done,
    line: JOIN,
  },
  {
    target: { tls: { pin: SHOWN } },
    findings: [...OPEN, trusted("named"), probe(HUB, true)],
    messages: "well join",
    code: done,
    line: `${JOIN} --tls ${SHOWN}`,
  },
  {
    target: { tls: { caFile: "ca.pem" } },
    findings: [...OPEN, trusted("file"), probe(HUB, true)],
    messages: "well join",
    code: done,
    line: `${JOIN} --tls --tls-ca ca.pem`,
  },

  {
    findings: [{ step: "resolve", resolution: { kind: "unknown" } }],
    messages: "unknown_host",
    code: failed,
  },
  {
    target: { address: { hostname: "hub", port: 3000 } },
    findings: [{ step: "resolve", resolution: { kind: "unknown" } }],
    messages: "unknown_short",
    code: failed,
  },
  {
    findings: [{ step: "resolve", resolution: { kind: "unanswered" } }],
    messages: "no_dns",
    code: failed,
  },
  { findings: connect(attempt({ kind: "refused" })), messages: "refused", code: failed },
  {
    findings: connect(
      attempt({ kind: "refused" }, "127.0.0.1"),
      attempt({ kind: "refused" }, "::1"),
    ),
    messages: "refused_here",
    code: failed,
  },
  {
    findings: [
      ...connect(attempt({ kind: "refused" })),
      { step: "elsewhere", address: { hostname: "hub.lan", port: 3000 }, isOwn: false },
    ],
    messages: "elsewhere",
    code: failed,
    line: "chat client hub.lan 3000",
  },
  {
    findings: [
      ...connect(attempt({ kind: "refused" })),
      { step: "elsewhere", address: { hostname: "127.0.0.1", port: 4000 }, isOwn: true },
    ],
    messages: "loopback_only",
    code: failed,
    line: "chat client 127.0.0.1 4000",
  },
  {
    findings: connect(attempt({ kind: "filtered", seconds: 5 })),
    messages: "filtered",
    code: failed,
  },
  { findings: connect(attempt({ kind: "unreachable" })), messages: "unreachable", code: failed },
  { findings: connect(attempt({ kind: "forbidden" })), messages: "forbidden", code: failed },
  {
    findings: connect(attempt({ kind: "failed", reason: "odd" })),
    messages: "failed",
    code: failed,
  },
  {
    findings: connect(attempt({ kind: "unreachable" }, "::2"), attempt({ kind: "refused" })),
    messages: "refused",
    code: failed,
  },

  { findings: [...OPEN, probe({ kind: "silent" })], messages: "silent", code: failed },
  { findings: [...OPEN, probe({ kind: "closed" })], messages: "closed", code: failed },
  ...[...SERVICES, undefined].map((service): Case => ({
    findings: [...OPEN, probe({ kind: "stranger", service, line: "SSH-2.0" })],
    messages: "stranger",
    code: failed,
  })),
  {
    findings: [
      ...OPEN,
      probe({ kind: "tls" }),
      trusted("system"),
      probe({ kind: "stranger", service: "http", line: "" }, true),
    ],
    messages: "stranger",
    code: failed,
  },

  {
    findings: [...OPEN, probe({ kind: "tls" }), trusted("system"), probe(HUB, true)],
    messages: "tls_wanted tls_wanted_system",
    code: failed,
    line: `${JOIN} --tls`,
  },
  {
    findings: [...OPEN, probe({ kind: "tls" }), trusted("remembered"), probe(HUB, true)],
    messages: "tls_wanted tls_wanted_remembered",
    code: failed,
    line: `${JOIN} --tls`,
  },
  {
    findings: [...OPEN, probe({ kind: "tls" }), distrusted("failure.tls_unknown")],
    messages: "tls_wanted tls_wanted_shown",
    code: failed,
    line: `${JOIN} --tls ${SHOWN}`,
  },
  {
    findings: [...OPEN, probe({ kind: "tls" }), distrusted("failure.tls_changed")],
    messages: "tls_wanted tls_wanted_unclear",
    code: failed,
    line: "chat doctor hub.lan 4000 --tls",
  },
  {
    target: TLS,
    findings: [...OPEN, tls({ kind: "not_tls" }), probe(HUB)],
    messages: "not_tls",
    code: failed,
    line: JOIN,
  },
  {
    target: TLS,
    findings: [...OPEN, tls({ kind: "not_tls" }), probe({ kind: "silent" })],
    messages: "not_tls_unknown",
    code: failed,
  },
  { target: TLS, findings: [...OPEN, tls({ kind: "silent" })], messages: "silent", code: failed },
  {
    target: TLS,
    findings: [...OPEN, tls({ kind: "failed", reason: "reset" })],
    messages: "tls_broken",
    code: failed,
  },
  {
    target: TLS,
    findings: [...OPEN, distrusted("failure.tls_unknown")],
    messages: "tls_unknown",
    code: refused,
    line: `${JOIN} --tls ${SHOWN}`,
  },
  {
    target: TLS,
    findings: [...OPEN, distrusted("failure.tls_changed")],
    messages: "tls_changed",
    code: refused,
    line: `${JOIN} --tls ${SHOWN}`,
  },
  {
    target: { tls: { pin: SHOWN } },
    findings: [...OPEN, distrusted("failure.tls_other")],
    messages: "tls_other",
    code: refused,
  },
  {
    target: TLS,
    findings: [...OPEN, distrusted("failure.tls_unknown", { ...CERTIFICATE, until: TODAY - 1 })],
    messages: "tls_expired",
    code: refused,
  },
  {
    target: TLS,
    findings: [...OPEN, distrusted("failure.tls_expired", { ...CERTIFICATE, from: TODAY + 1 })],
    messages: "tls_early",
    code: refused,
  },
  ...["NotValidForName", 'certificate not valid for name "x"; only for y'].map((reason): Case => ({
    target: TLS,
    findings: [...OPEN, distrusted("failure.tls_unknown", ISSUED, reason)],
    messages: "tls_name",
    code: refused,
    line: `${JOIN} --tls ${SHOWN}`,
  })),
  {
    target: { tls: { caFile: "ca.pem" } },
    findings: [...OPEN, distrusted("failure.tls_issuer", ISSUED)],
    messages: "tls_issuer",
    code: refused,
  },
  {
    target: TLS,
    findings: [...OPEN, distrusted("failure.tls_impostor", undefined)],
    messages: "tls_impostor",
    code: refused,
  },
  {
    target: TLS,
    findings: [...OPEN, distrusted("failure.tls_unverified", CERTIFICATE, "BadEncoding")],
    messages: "tls_unverified",
    code: refused,
  },

  ...["password_wanted", "banned", "locked"].map((code): Case => ({
    findings: [...OPEN, probe(refusal(code, code === "password_wanted" ? "error" : "bye"))],
    messages: code,
    code: refused,
  })),
  ...["wrong_password", "auth_failed"].map((code): Case => ({
    target: { hasPassword: true },
    findings: [...OPEN, probe({ ...refusal(code), isTried: true })],
    messages: "password_wrong",
    code: refused,
  })),
  ...["server_full", "address_full"].map((code): Case => ({
    findings: [...OPEN, probe(bye(code))],
    messages: code,
    code: refused,
  })),
  ...["cut_off", "shutdown"].map((code): Case => ({
    findings: [...OPEN, probe(refusal(code))],
    messages: code,
    code: failed,
  })),
  ...["", "timeout", "of_tomorrow"].map((code): Case => ({
    findings: [...OPEN, probe(bye(code))],
    messages: "bye",
    code: refused,
  })),
  { findings: [...OPEN, probe({ ...HUB, protocol: 2 })], messages: "newer", code: refused },
  {
    findings: [...OPEN, probe(bye("unsupported_protocol", { supported: 0 }))],
    messages: "older",
    code: refused,
  },
];

const targetOf = (given: Partial<Target> = {}): Target => ({
  address: { hostname: "hub.lan", port: 4000 },
  hasPassword: false,
  ...given,
});

const options = (target: Target, lang: "en" | "es"): ReportOptions => ({
  target,
  lang,
  theme: makeTheme(false),
  isAscii: false,
  width: 80,
});

Deno.test("each fault has its own message, the client's exit code and the command to run next", () => {
  for (const { target, findings, messages, code, line } of CASES) {
    const diagnosis = diagnose(targetOf(target), findings, { today: TODAY });
    const keys = diagnosis.messages.map(({ key }) => key.replace("doctor.says.", "")).join(" ");
    assertEquals([keys, diagnosis.exitCode, diagnosis.line], [messages, code, line], messages);
  }
});

Deno.test("every message has a case in this test", () => {
  const said = new Set(CASES.flatMap(({ messages }) => messages.split(" ")));
  const known = Object.keys(en).filter((key) => key.startsWith("doctor.says."));
  assertEquals([...said].sort(), known.map((key) => key.replace("doctor.says.", "")).sort());
});

Deno.test("every diagnosis is complete in each language, and its paragraph fits the width", () => {
  for (const lang of LANGS) {
    for (const { target: given, findings, messages } of CASES) {
      const target = targetOf(given);
      const rows = findings.flatMap((each) => reportFinding(each, options(target, lang)));
      const diagnosis = diagnose(target, findings, { today: TODAY });
      const [blank, ...paragraph] = reportDiagnosis(diagnosis, options(target, lang));
      assertEquals(blank, "");
      const text = [...rows, ...paragraph].join("\n");
      assert(!/\{\w+\}|`|undefined|NaN|\u00a0/.test(text), `${messages}: ${text}`);
      if (diagnosis.line !== undefined) {
        assertEquals(paragraph.pop(), `  ${diagnosis.line}`);
        if (diagnosis.exitCode === EXIT.done) assertMatch(paragraph.at(-1)!, /:$/);
      }
      assert(paragraph.length >= 1 && paragraph.every((each) => textWidth(each) <= 80), text);
      // Commands are not wrapped.
      for (const [typed] of translate("en", diagnosis.messages[0]!.key).matchAll(/`chat \w+/g)) {
        assert(text.includes(typed.slice(1)), `${typed} in ${text}`);
      }
    }
  }
});

Deno.test("a known refusal is translated, and any other is shown in the hub's words", () => {
  const shown = (result: ProbeResult) => {
    const findings = [...OPEN, probe(result)];
    return reportDiagnosis(
      diagnose(targetOf(), findings, { today: TODAY }),
      options(targetOf(), "es"),
    )
      .join(" ");
  };
  const kicked = shown(bye("kicked", { by: "eva", reason: "", address: "elsewhere" }));
  assertMatch(kicked, /El servidor de hub\.lan:4000 no te deja entrar\. Dice: eva te ha /);
  assertMatch(shown(bye("of_tomorrow")), /Dice: in the hub's words$/);
});

Deno.test("rows have a sign, a label and figures in the user's language", () => {
  const target = targetOf({ hasPassword: true });
  const findings = [
    ...connect(
      attempt({ ...CONNECTED, milliseconds: 0.44 }),
      attempt({ kind: "refused" }, "2001:db8::7"),
    ),
    tls({ kind: "trusted", by: "system", certificate: { ...ISSUED, name: undefined } }),
    probe({ ...HUB, latency: 12.3, people: 1 }),
  ];
  const rows = (lang: "en" | "es", changes = {}) =>
    findings.flatMap((each) => reportFinding(each, { ...options(target, lang), ...changes }));
  assertEquals(rows("en"), [
    "✓ name        hub.lan is 192.0.2.7, 2001:db8::7",
    "✓ connection  192.0.2.7:4000 in 0.4 ms",
    "✗             [2001:db8::7]:4000: refused",
    "✓ encryption  TLSv1.3, a certificate of nobody, from 2026-11-22 until 2026-11-24",
    "              issued by CN=somebody",
    `              fingerprint ${SHOWN}`,
    "              trusted: an authority that this system believes vouches for it",
    "✓ hub         chat 1, protocol 1, in frames, answers in 12 ms, 1 person is in",
    "✓ password    none is wanted",
  ]);
  assertEquals(rows("es")[1], "✓ conexión    192.0.2.7:4000 en 0,4 ms");
  assertEquals(
    rows("es")[7],
    "✓ servidor    chat 1, protocolo 1, en tramas, responde en 12 ms, hay 1 persona",
  );
  assertEquals(rows("en", { isAscii: true }).map(([sign]) => sign).join(""), "++x+   ++");
  assertEquals(
    reportFinding(probe(refusal("banned")), options(target, "es")).at(-1),
    "✗             dice: no puedes entrar aquí",
  );
});

Deno.test("words that a shell would interpret are quoted in the command", () => {
  const line = (given: Partial<Target>) => shellLine("client", targetOf(given));
  assertEquals(
    line({ nick: "$(reboot)", passwordFile: "it's mine" }),
    String.raw`chat client hub.lan 4000 --password-file 'it'\''s mine' --name '$(reboot)'`,
  );
});

testProperty(
  "values from outside cannot control the terminal",
  { weight: 20 },
  (check) => {
    const text = hostileText({ maxPieces: 60 });
    const outside = fc.record({ text, other: text });
    check(
      fc.property(outside, fc.constantFrom(...LANGS), ({ text, other }, lang) => {
        const certificate = { ...CERTIFICATE, name: text, issuer: other, version: text };
        const target = targetOf({ nick: text, passwordFile: other });
        for (
          const findings of [
            [...OPEN, probe({ kind: "stranger", service: undefined, line: text })],
            [
              ...OPEN,
              probe({ ...HUB, hub: text, refusal: { type: "bye", code: other, params: {}, text } }),
            ],
            [...OPEN, probe(bye("kicked", { by: text, reason: other }))],
            [...OPEN, probe({ kind: "tls" }), distrusted("failure.tls_unknown", certificate, text)],
            connect(attempt({ kind: "failed", reason: text })),
          ] as Finding[][]
        ) {
          const lines = [
            ...findings.flatMap((each) => reportFinding(each, options(target, lang))),
            ...reportDiagnosis(
              diagnose(target, findings, { today: TODAY }),
              options(target, lang),
            ),
          ];
          for (const line of lines) {
            assertEquals(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/u.exec(line), null);
          }
        }
      }),
    );
  },
);
