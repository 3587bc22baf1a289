/** What each fault is taken for, that there is a paragraph for it in each language, and no paragraph without a fault. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { EXIT } from "../../../../cli/failure.ts";
import { diagnose } from "../../../../client/doctor/diagnosis.ts";
import type {
  Finding,
  Heard,
  HubHeard,
  Question,
  Secured,
  ShownCertificate,
  Voucher,
  Way,
} from "../../../../client/doctor/findings.ts";
import {
  reportDiagnosis,
  reportFinding,
  type ReportOptions,
} from "../../../../client/doctor/report.ts";
import { SERVICES } from "../../../../client/doctor/services.ts";
import { makeTheme } from "../../../../client/theme.ts";
import { textWidth } from "../../../../client/width.ts";
import { en } from "../../../../i18n/en.ts";
import { LANGS, translate } from "../../../../i18n/mod.ts";
import { hostileText } from "../../../support/hostile.ts";
import { testProperty } from "../../../support/property.ts";

const TODAY = Date.UTC(2026, 10, 23);
const DAY = 86_400_000;
const SHOWN = `sha256:${"0f".repeat(32)}`;

const CERTIFICATE: ShownCertificate = {
  fingerprint: SHOWN,
  version: "TLSv1.3",
  name: "other.example.org",
  isSelfIssued: true,
  issuer: "CN=somebody",
  from: TODAY - DAY,
  until: TODAY + DAY,
};
const ISSUED: ShownCertificate = { ...CERTIFICATE, isSelfIssued: false };
const HUB: HubHeard = { kind: "hub", hub: "chat 1", protocol: 1, people: 2, isTried: false };

const CONNECTED: Way["outcome"] = { kind: "connected", milliseconds: 12.34 };
const way = (outcome: Way["outcome"], host = "192.0.2.7"): Way => ({ host, outcome });
const ways = (...all: Way[]): Finding[] => [
  { step: "name", resolved: { kind: "found", hosts: all.map(({ host }) => host) } },
  { step: "ways", ways: all },
];
const OPEN = ways(way(CONNECTED));
const talk = (heard: Heard, isEncrypted = false): Finding => ({ step: "talk", isEncrypted, heard });
const tls = (secured: Secured): Finding => ({ step: "tls", secured });
const distrusted = (
  fault: Extract<Secured, { kind: "distrusted" }>["fault"],
  certificate: ShownCertificate | undefined = CERTIFICATE,
  reason = "UnknownIssuer",
): Finding => tls({ kind: "distrusted", fault, reason, certificate });
const trusted = (by: Voucher): Finding => tls({ kind: "trusted", by, certificate: CERTIFICATE });
const refusal = (code: string, type: "error" | "bye" = "bye"): HubHeard => ({
  ...HUB,
  refusal: { type, code, params: {}, text: "in the hub's words" },
});
const bye = (code: string, params = {}): Heard => ({
  kind: "bye",
  code,
  params,
  text: "in the hub's words",
});

interface Case {
  question?: Partial<Question>;
  findings: Finding[];
  /** The sentences, without `doctor.says.`, and the exit code. */
  says: string;
  code: number;
  line?: string;
}

const { done, failed, refused } = EXIT;
const JOIN = "chat client hub.lan 4000";
const TLS = { tls: {} };

const CASES: Case[] = [
  { findings: [...OPEN, talk(HUB)], says: "well join", code: done, line: JOIN },
  {
    question: { hasPassword: true, passwordFile: "/tmp/a b" },
    findings: [...OPEN, talk({ ...HUB, isTried: true })],
    says: "well password_right password_plain join",
    code: done,
    line: `${JOIN} --password-file '/tmp/a b'`,
  },
  {
    question: { hasPassword: true },
    findings: [...ways(way(CONNECTED, "127.0.0.1")), talk({ ...HUB, isTried: true })],
    says: "well password_right join",
    code: done,
    line: JOIN,
  },
  {
    question: { hasPassword: true, nick: "José" },
    findings: [...OPEN, talk(HUB)],
    says: "well password_unneeded join",
    code: done,
    line: `${JOIN} --name José`,
  },
  {
    findings: [
      ...ways(way(CONNECTED), way({ kind: "filtered", seconds: 5 }, "2001:db8::7")),
      talk(HUB),
    ],
    says: "well ways_partly join",
    code: done,
    line: JOIN,
  },
  {
    findings: [...OPEN, talk(bye("unsupported_protocol", { supported: 1 }))],
    says: "well_old join",
    code: done,
    line: JOIN,
  },
  {
    question: { tls: { pin: SHOWN } },
    findings: [...OPEN, trusted("named"), talk(HUB, true)],
    says: "well join",
    code: done,
    line: `${JOIN} --tls ${SHOWN}`,
  },
  {
    question: { tls: { caFile: "ca.pem" } },
    findings: [...OPEN, trusted("file"), talk(HUB, true)],
    says: "well join",
    code: done,
    line: `${JOIN} --tls --tls-ca ca.pem`,
  },

  {
    findings: [{ step: "name", resolved: { kind: "unknown" } }],
    says: "unknown_host",
    code: failed,
  },
  {
    question: { address: { hostname: "hub", port: 3000 } },
    findings: [{ step: "name", resolved: { kind: "unknown" } }],
    says: "unknown_short",
    code: failed,
  },
  { findings: [{ step: "name", resolved: { kind: "unanswered" } }], says: "no_dns", code: failed },
  { findings: ways(way({ kind: "refused" })), says: "refused", code: failed },
  {
    findings: ways(way({ kind: "refused" }, "127.0.0.1"), way({ kind: "refused" }, "::1")),
    says: "refused_here",
    code: failed,
  },
  {
    findings: [
      ...ways(way({ kind: "refused" })),
      { step: "elsewhere", address: { hostname: "hub.lan", port: 3000 }, isOwn: false },
    ],
    says: "elsewhere",
    code: failed,
    line: "chat client hub.lan 3000",
  },
  {
    findings: [
      ...ways(way({ kind: "refused" })),
      { step: "elsewhere", address: { hostname: "127.0.0.1", port: 4000 }, isOwn: true },
    ],
    says: "loopback_only",
    code: failed,
    line: "chat client 127.0.0.1 4000",
  },
  { findings: ways(way({ kind: "filtered", seconds: 5 })), says: "filtered", code: failed },
  { findings: ways(way({ kind: "unreachable" })), says: "unreachable", code: failed },
  { findings: ways(way({ kind: "forbidden" })), says: "forbidden", code: failed },
  { findings: ways(way({ kind: "failed", reason: "odd" })), says: "failed", code: failed },
  {
    findings: ways(way({ kind: "unreachable" }, "::2"), way({ kind: "refused" })),
    says: "refused",
    code: failed,
  },

  { findings: [...OPEN, talk({ kind: "silent" })], says: "silent", code: failed },
  { findings: [...OPEN, talk({ kind: "closed" })], says: "closed", code: failed },
  ...[...SERVICES, undefined].map((service): Case => ({
    findings: [...OPEN, talk({ kind: "stranger", service, line: "SSH-2.0" })],
    says: "stranger",
    code: failed,
  })),
  {
    findings: [
      ...OPEN,
      talk({ kind: "tls" }),
      trusted("system"),
      talk({ kind: "stranger", service: "http", line: "" }, true),
    ],
    says: "stranger",
    code: failed,
  },

  {
    findings: [...OPEN, talk({ kind: "tls" }), trusted("system"), talk(HUB, true)],
    says: "tls_wanted tls_wanted_system",
    code: failed,
    line: `${JOIN} --tls`,
  },
  {
    findings: [...OPEN, talk({ kind: "tls" }), trusted("remembered"), talk(HUB, true)],
    says: "tls_wanted tls_wanted_remembered",
    code: failed,
    line: `${JOIN} --tls`,
  },
  {
    findings: [...OPEN, talk({ kind: "tls" }), distrusted("failure.tls_unknown")],
    says: "tls_wanted tls_wanted_shown",
    code: failed,
    line: `${JOIN} --tls ${SHOWN}`,
  },
  {
    findings: [...OPEN, talk({ kind: "tls" }), distrusted("failure.tls_changed")],
    says: "tls_wanted tls_wanted_unclear",
    code: failed,
    line: "chat doctor hub.lan 4000 --tls",
  },
  {
    question: TLS,
    findings: [...OPEN, tls({ kind: "not_tls" }), talk(HUB)],
    says: "not_tls",
    code: failed,
    line: JOIN,
  },
  {
    question: TLS,
    findings: [...OPEN, tls({ kind: "not_tls" }), talk({ kind: "silent" })],
    says: "not_tls_unknown",
    code: failed,
  },
  { question: TLS, findings: [...OPEN, tls({ kind: "silent" })], says: "silent", code: failed },
  {
    question: TLS,
    findings: [...OPEN, tls({ kind: "failed", reason: "reset" })],
    says: "tls_broken",
    code: failed,
  },
  {
    question: TLS,
    findings: [...OPEN, distrusted("failure.tls_unknown")],
    says: "tls_unknown",
    code: refused,
    line: `${JOIN} --tls ${SHOWN}`,
  },
  {
    question: TLS,
    findings: [...OPEN, distrusted("failure.tls_changed")],
    says: "tls_changed",
    code: refused,
    line: `${JOIN} --tls ${SHOWN}`,
  },
  {
    question: { tls: { pin: SHOWN } },
    findings: [...OPEN, distrusted("failure.tls_other")],
    says: "tls_other",
    code: refused,
  },
  {
    question: TLS,
    findings: [...OPEN, distrusted("failure.tls_unknown", { ...CERTIFICATE, until: TODAY - 1 })],
    says: "tls_expired",
    code: refused,
  },
  {
    question: TLS,
    findings: [...OPEN, distrusted("failure.tls_expired", { ...CERTIFICATE, from: TODAY + 1 })],
    says: "tls_early",
    code: refused,
  },
  ...["NotValidForName", 'certificate not valid for name "x"; only for y'].map((reason): Case => ({
    question: TLS,
    findings: [...OPEN, distrusted("failure.tls_unknown", ISSUED, reason)],
    says: "tls_name",
    code: refused,
    line: `${JOIN} --tls ${SHOWN}`,
  })),
  {
    question: { tls: { caFile: "ca.pem" } },
    findings: [...OPEN, distrusted("failure.tls_issuer", ISSUED)],
    says: "tls_issuer",
    code: refused,
  },
  {
    question: TLS,
    findings: [...OPEN, distrusted("failure.tls_impostor", undefined)],
    says: "tls_impostor",
    code: refused,
  },
  {
    question: TLS,
    findings: [...OPEN, distrusted("failure.tls_unverified", CERTIFICATE, "BadEncoding")],
    says: "tls_unverified",
    code: refused,
  },

  ...["password_wanted", "banned", "locked"].map((code): Case => ({
    findings: [...OPEN, talk(refusal(code, code === "password_wanted" ? "error" : "bye"))],
    says: code,
    code: refused,
  })),
  ...["wrong_password", "auth_failed"].map((code): Case => ({
    question: { hasPassword: true },
    findings: [...OPEN, talk({ ...refusal(code), isTried: true })],
    says: "password_wrong",
    code: refused,
  })),
  ...["server_full", "address_full"].map((code): Case => ({
    findings: [...OPEN, talk(bye(code))],
    says: code,
    code: refused,
  })),
  ...["cut_off", "shutdown"].map((code): Case => ({
    findings: [...OPEN, talk(refusal(code))],
    says: code,
    code: failed,
  })),
  ...["", "timeout", "of_tomorrow"].map((code): Case => ({
    findings: [...OPEN, talk(bye(code))],
    says: "bye",
    code: refused,
  })),
  { findings: [...OPEN, talk({ ...HUB, protocol: 2 })], says: "newer", code: refused },
  {
    findings: [...OPEN, talk(bye("unsupported_protocol", { supported: 0 }))],
    says: "older",
    code: refused,
  },
];

const ask = (question: Partial<Question> = {}): Question => ({
  address: { hostname: "hub.lan", port: 4000 },
  hasPassword: false,
  ...question,
});

const options = (question: Question, lang: "en" | "es"): ReportOptions => ({
  question,
  lang,
  theme: makeTheme(false),
  isAscii: false,
  width: 80,
});

Deno.test("each fault is told by its own sentences, with the code of the client and what to type", () => {
  for (const { question, findings, says, code, line } of CASES) {
    const diagnosis = diagnose(ask(question), findings, { today: TODAY });
    const keys = diagnosis.sayings.map(({ key }) => key.replace("doctor.says.", "")).join(" ");
    assertEquals([keys, diagnosis.exitCode, diagnosis.line], [says, code, line], says);
  }
});

Deno.test("there is no paragraph without a fault that it is for", () => {
  const said = new Set(CASES.flatMap(({ says }) => says.split(" ")));
  const known = Object.keys(en).filter((key) => key.startsWith("doctor.says."));
  assertEquals([...said].sort(), known.map((key) => key.replace("doctor.says.", "")).sort());
});

Deno.test("all that is shown is whole in each language: one row for each thing, and a paragraph that fits", () => {
  for (const lang of LANGS) {
    for (const { question, findings, says } of CASES) {
      const all = ask(question);
      const rows = findings.flatMap((each) => reportFinding(each, options(all, lang)));
      const diagnosis = diagnose(all, findings, { today: TODAY });
      const [blank, ...paragraph] = reportDiagnosis(diagnosis, options(all, lang));
      assertEquals(blank, "");
      const text = [...rows, ...paragraph].join("\n");
      assert(!/\{\w+\}|`|undefined|NaN|\u00a0/.test(text), `${says}: ${text}`);
      if (diagnosis.line !== undefined) {
        assertEquals(paragraph.pop(), `  ${diagnosis.line}`);
        if (diagnosis.exitCode === EXIT.done) assertMatch(paragraph.at(-1)!, /:$/);
      }
      assert(paragraph.length >= 1 && paragraph.every((each) => textWidth(each) <= 80), text);
      // A person reads what is to be typed in one piece.
      for (const [typed] of translate("en", diagnosis.sayings[0]!.key).matchAll(/`chat \w+/g)) {
        assert(text.includes(typed.slice(1)), `${typed} in ${text}`);
      }
    }
  }
});

Deno.test("what a hub says is told in the person's language, and else in its own words", () => {
  const told = (heard: Heard) => {
    const findings = [...OPEN, talk(heard)];
    return reportDiagnosis(diagnose(ask(), findings, { today: TODAY }), options(ask(), "es"))
      .join(" ");
  };
  const kicked = told(bye("kicked", { by: "eva", reason: "", address: "elsewhere" }));
  assertMatch(kicked, /El servidor de hub\.lan:4000 no te deja entrar\. Dice: eva te ha /);
  assertMatch(told(bye("of_tomorrow")), /Dice: in the hub's words$/);
});

Deno.test("rows have a sign, what was looked at and figures, in the person's language", () => {
  const question = ask({ hasPassword: true });
  const findings = [
    ...ways(way({ ...CONNECTED, milliseconds: 0.44 }), way({ kind: "refused" }, "2001:db8::7")),
    tls({ kind: "trusted", by: "system", certificate: { ...ISSUED, name: undefined } }),
    talk({ ...HUB, latency: 12.3, people: 1 }),
  ];
  const rows = (lang: "en" | "es", changes = {}) =>
    findings.flatMap((each) => reportFinding(each, { ...options(question, lang), ...changes }));
  assertEquals(rows("en"), [
    "✓ name        hub.lan is 192.0.2.7, 2001:db8::7",
    "✓ connection  192.0.2.7:4000 in 0.4 ms",
    "✗             [2001:db8::7]:4000: connection refused",
    "✓ encryption  TLSv1.3, a certificate without a name, from 2026-11-22 until 2026-11-24",
    "              issued by CN=somebody",
    `              fingerprint ${SHOWN}`,
    "              trusted: an authority that this system trusts vouches for it",
    "✓ hub         chat 1, protocol 1, in frames, answers in 12 ms, 1 person is connected",
    "✓ password    not needed",
  ]);
  assertEquals(rows("es")[1], "✓ conexión    192.0.2.7:4000 en 0,4 ms");
  assertEquals(
    rows("es")[7],
    "✓ servidor    chat 1, protocolo 1, en tramas, responde en 12 ms, hay 1 persona conectada",
  );
  assertEquals(rows("en", { isAscii: true }).map(([sign]) => sign).join(""), "++x+   ++");
  assertEquals(
    reportFinding(talk(refusal("banned")), options(question, "es")).at(-1),
    "✗             dice: tienes vetada la entrada a este servidor",
  );
});

testProperty(
  "nothing that comes from outside can do anything to a terminal",
  { weight: 20 },
  (check) => {
    const text = hostileText({ maxPieces: 60 });
    const outside = fc.record({ text, other: text });
    check(
      fc.property(outside, fc.constantFrom(...LANGS), ({ text, other }, lang) => {
        const certificate = { ...CERTIFICATE, name: text, issuer: other, version: text };
        const question = ask({ nick: text, passwordFile: other });
        for (
          const findings of [
            [...OPEN, talk({ kind: "stranger", service: undefined, line: text })],
            [
              ...OPEN,
              talk({ ...HUB, hub: text, refusal: { type: "bye", code: other, params: {}, text } }),
            ],
            [...OPEN, talk(bye("kicked", { by: text, reason: other }))],
            [...OPEN, talk({ kind: "tls" }), distrusted("failure.tls_unknown", certificate, text)],
            ways(way({ kind: "failed", reason: text })),
          ] as Finding[][]
        ) {
          const lines = [
            ...findings.flatMap((each) => reportFinding(each, options(question, lang))),
            ...reportDiagnosis(
              diagnose(question, findings, { today: TODAY }),
              options(question, lang),
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
