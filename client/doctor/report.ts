/** The doctor's output: a row for each finding, and the diagnosis as a paragraph. */

import { formatAddress } from "../../common/cli/address.ts";
import { describeCode } from "../../common/i18n/frames.ts";
import { type Key, type Lang, NO_BREAK, translate } from "../../common/i18n/mod.ts";
import type { Params } from "../../common/protocol/codes.ts";
import { PROTOCOL } from "../../common/protocol/frame.ts";
import { wrapText } from "../../common/cli/wrap.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";
import type { HubInfo, ProbeResult } from "../net/probe_reader.ts";
import { textWidth } from "../../common/cli/width.ts";
import type { Theme } from "../ui/theme.ts";
import type { Diagnosis } from "./diagnosis.ts";
import type {
  CertificateInfo,
  ConnectAttempt,
  Finding,
  Resolution,
  Target,
  TlsResult,
} from "./findings.ts";
import { formatDate } from "./tls_check.ts";

const LABELS = ["name", "way", "tls", "hub", "password"] as const;
type Label = (typeof LABELS)[number];

/** `more`: adds to the row above. */
type Mark = "good" | "bad" | "more";

const SIGNS: Readonly<Record<Mark, string>> = { good: "✓", bad: "✗", more: " " };
/** For terminals and fonts without the others. */
const ASCII_SIGNS: Readonly<Record<Mark, string>> = { good: "+", bad: "x", more: " " };

/** Longest value from outside in a sentence, in UTF-16 units. */
const MAX_SHOWN = 160;

interface Row {
  label: Label;
  mark: Mark;
  text: string;
}

export interface ReportOptions {
  target: Target;
  lang: Lang;
  theme: Theme;
  isAscii: boolean;
  /** Width of the paragraph in columns. */
  width: number;
  /** Width of the rows in columns; without it they are not wrapped. */
  rowWidth?: number;
}

/** The rows for a finding; `elsewhere` has no rows, since only the diagnosis mentions it. */
export function reportFinding(finding: Finding, options: ReportOptions): string[] {
  const { lang, theme, isAscii, rowWidth = Infinity } = options;
  const signs = isAscii ? ASCII_SIGNS : SIGNS;
  const name = (label: Label) => translate(lang, `doctor.step.${label}`);
  const width = Math.max(...LABELS.map((label) => textWidth(name(label))));
  return new Rows(options).of(finding).flatMap(({ label, mark, text }, index, rows) => {
    const shown = rows[index - 1]?.label === label ? "" : name(label);
    const sign = mark === "bad" ? theme.error(signs.bad) : signs[mark];
    // Wrapped before it is coloured, with as many blanks for what stands before the text.
    const blank = " ".repeat(width + 4);
    const rest = wrapText(blank + sanitize(text), rowWidth, width + 4).slice(blank.length);
    return `${sign} ${theme.notice(shown.padEnd(width))}  ${rest}`.trimEnd().split("\n");
  });
}

/** The diagnosis as a paragraph after a blank line, and the command to run next. */
export function reportDiagnosis(
  { messages, line }: Diagnosis,
  { lang, theme, width }: ReportOptions,
): string[] {
  const sentences = messages.map(({ key, params }) => translate(lang, key, safe(params), NO_BREAK));
  return [
    "",
    ...wrapText(sanitize(sentences.join(" ")), width, 0).split("\n"),
    ...(line === undefined ? [] : [`  ${theme.prompt(sanitize(line))}`]),
  ];
}

class Rows {
  readonly #options: ReportOptions;

  constructor(options: ReportOptions) {
    this.#options = options;
  }

  of(finding: Finding): Row[] {
    switch (finding.step) {
      case "resolve":
        return this.#resolution(finding.resolution);
      case "connect":
        return finding.attempts.map((each) => this.#attempt(each));
      case "tls":
        return this.#tls(finding.result);
      case "probe":
        return this.#probe(finding.result);
      case "elsewhere":
        return [];
    }
  }

  #resolution(resolution: Resolution): Row[] {
    const host = this.#options.target.address.hostname;
    switch (resolution.kind) {
      case "found": {
        const addresses = resolution.hosts.join(", ");
        return [this.#row("name", "good", "doctor.name_is", { host, addresses })];
      }
      case "address":
        return [];
      default:
        return [this.#row("name", "bad", `doctor.name_${resolution.kind}`, { host })];
    }
  }

  #attempt({ host, outcome }: ConnectAttempt): Row {
    const { port } = this.#options.target.address;
    const address = formatAddress({ hostname: host, port });
    const { kind, ...params } = outcome;
    return this.#row("way", kind === "connected" ? "good" : "bad", `doctor.way_${kind}`, {
      address,
      ...params,
      ...("milliseconds" in outcome ? { ms: this.#figure(outcome.milliseconds) } : {}),
    });
  }

  #tls(result: TlsResult): Row[] {
    switch (result.kind) {
      case "trusted":
        return [
          ...this.#certificate(result.certificate, "good"),
          this.#row("tls", "more", `doctor.tls_by_${result.by}`),
        ];
      case "distrusted":
        return [
          ...(result.certificate ? this.#certificate(result.certificate, "bad") : []),
          this.#row("tls", result.certificate ? "more" : "bad", "doctor.tls_distrusted"),
        ];
      case "not_tls":
        return [this.#row("tls", "bad", "doctor.tls_none")];
      case "silent":
        return [this.#row("tls", "bad", "doctor.tls_silent")];
      case "failed":
        return [this.#row("tls", "bad", "doctor.tls_broken", { reason: result.reason })];
    }
  }

  #certificate(
    { version, name, from, until, fingerprint, isSelfIssued, issuer }: CertificateInfo,
    mark: Mark,
  ): Row[] {
    const params = { version: version || "TLS", from: formatDate(from), until: formatDate(until) };
    return [
      name === undefined
        ? this.#row("tls", mark, "doctor.tls_nameless", params)
        : this.#row("tls", mark, "doctor.tls_certificate", { ...params, name }),
      isSelfIssued
        ? this.#row("tls", "more", "doctor.tls_self_issued")
        : this.#row("tls", "more", "doctor.tls_issued_by", { issuer }),
      this.#row("tls", "more", "server.fingerprint", { fingerprint }),
    ];
  }

  #probe(result: ProbeResult): Row[] {
    switch (result.kind) {
      case "hub":
        return this.#hub(result);
      case "bye":
        return [this.#refusal(result)];
      case "stranger": {
        const { line, service = "unknown" } = result;
        return [
          line === ""
            ? this.#row("hub", "bad", "doctor.stranger", { service })
            : this.#row("hub", "bad", "doctor.stranger_says", { service, line }),
        ];
      }
      default:
        return [this.#row("hub", "bad", `doctor.talk_${result.kind}`)];
    }
  }

  #hub({ hub, protocol, people, latency, refusal, isTried }: HubInfo): Row[] {
    const { lang, target } = this.#options;
    const parts = [
      translate(lang, "doctor.hub_is", safe({ hub, protocol })),
      ...(latency === undefined
        ? []
        : [translate(lang, "doctor.hub_latency", { ms: this.#figure(latency) })]),
      ...(people === 0 ? [translate(lang, "doctor.hub_nobody")] : []),
      ...(people ? [translate(lang, "doctor.hub_people", { count: people })] : []),
    ];
    const mark = protocol === PROTOCOL ? "good" : "bad";
    const first: Row = { label: "hub", mark, text: parts.join(", ") };
    if (!refusal) {
      if (isTried) return [first, this.#row("password", "good", "doctor.password_right")];
      return target.hasPassword
        ? [first, this.#row("password", "good", "doctor.password_none")]
        : [first];
    }
    switch (refusal.code) {
      case "wrong_password":
      case "auth_failed":
        return [first, this.#row("password", "bad", "doctor.password_wrong")];
      case "password_wanted":
        return [first, this.#row("password", "bad", "doctor.password_wanted")];
      default:
        return [first, this.#refusal(refusal)];
    }
  }

  /** Translated if the code is known, otherwise in the hub's words. */
  #refusal({ code, params, text }: { code: string; params: Params; text: string }): Row {
    const { lang } = this.#options;
    const protocol = params["supported"];
    if (code === "unsupported_protocol" && protocol !== undefined) {
      const mark = protocol === PROTOCOL ? "good" : "bad";
      return this.#row("hub", mark, "doctor.hub_other", { protocol });
    }
    const said = describeCode("bye", code, params, lang) ??
      describeCode("error", code, params, lang) ?? text;
    return this.#row("hub", "bad", "doctor.hub_says", { text: said });
  }

  #row(label: Label, mark: Mark, key: Key, params: Params = {}): Row {
    return { label, mark, text: translate(this.#options.lang, key, safe(params)) };
  }

  /** Milliseconds in the language's format, with one decimal below 10. */
  #figure(milliseconds: number): string {
    const maximumFractionDigits = milliseconds < 10 ? 1 : 0;
    return new Intl.NumberFormat(this.#options.lang, { maximumFractionDigits, useGrouping: false })
      .format(milliseconds);
  }
}

/** Makes values from outside safe to show, and bounds their length. */
function safe(params: Params): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === "string" ? sanitize(value).slice(0, MAX_SHOWN).toWellFormed() : value,
    ]),
  );
}
