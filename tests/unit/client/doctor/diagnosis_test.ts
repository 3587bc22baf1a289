/** The diagnosis of each fault, and how findings and diagnoses are shown. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { EXIT } from "../../../../common/cli/failure.ts";
import { diagnose, shellLine } from "../../../../client/doctor/diagnosis.ts";
import type { Finding, Target } from "../../../../client/doctor/findings.ts";
import {
  reportDiagnosis,
  reportFinding,
  type ReportOptions,
} from "../../../../client/doctor/report.ts";
import type { ProbeResult } from "../../../../client/net/probe_reader.ts";
import { makeTheme } from "../../../../client/ui/theme.ts";
import { textWidth } from "../../../../common/cli/width.ts";
import { sentences as en } from "../../../../common/i18n/en/mod.ts";
import { LANGS, translate } from "../../../../common/i18n/mod.ts";
import { hostileText } from "../../../support/hostile.ts";
import { testProperty } from "../../../support/property.ts";
import {
  attempt,
  bye,
  CASES,
  CERTIFICATE,
  connect,
  CONNECTED,
  connected,
  distrusted,
  HUB,
  ISSUED,
  probe,
  refusal,
  SHOWN,
  SPEAKS_TLS,
  targetOf,
  tls,
  TODAY,
} from "./diagnosis_cases.ts";

const options = (target: Target, lang: "en" | "es"): ReportOptions => ({
  target,
  lang,
  theme: makeTheme(false),
  isAscii: false,
  isTerminal: false,
  width: 80,
});

Deno.test("each fault has its own message, the client's exit code and the command to run next", () => {
  for (const { target, findings, messages, code, line } of CASES) {
    const diagnosis = diagnose(targetOf(target), findings, TODAY);
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
      const diagnosis = diagnose(target, findings, TODAY);
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
    const findings = connected(probe(result));
    return reportDiagnosis(
      diagnose(targetOf(), findings, TODAY),
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
    "✗             [2001:db8::7]:4000: connection refused",
    "✓ encryption  TLSv1.3, a certificate without a name, from 2026-11-22 until 2026-12-08",
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
    reportFinding(probe(refusal("banned")), options(target, "es")).at(-1),
    "✗             dice: tienes vetada la entrada a este servidor",
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
            connected(probe({ kind: "stranger", service: undefined, line: text })),
            connected(
              probe({ ...HUB, hub: text, refusal: { code: other, params: {}, text } }),
            ),
            connected(probe(bye("kicked", { by: text, reason: other }))),
            connected(SPEAKS_TLS, distrusted("failure.tls_unknown", certificate, text)),
            connect(attempt({ kind: "failed", reason: text })),
          ] as Finding[][]
        ) {
          const lines = [
            ...findings.flatMap((each) => reportFinding(each, options(target, lang))),
            ...reportDiagnosis(
              diagnose(target, findings, TODAY),
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
