/** What the doctor shows: a row for each thing that it found, and a paragraph. Pure. */

import { formatAddress } from "../../common/cli/address.ts";
import { describeCode } from "../../common/i18n/frames.ts";
import { type Key, type Lang, translate } from "../../common/i18n/mod.ts";
import type { Params } from "../../common/protocol/codes.ts";
import { PROTOCOL } from "../../common/protocol/frame.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";
import type { Theme } from "../ui/theme.ts";
import { textWidth } from "../terminal/width.ts";
import { wrap } from "../terminal/wrap.ts";
import type { Diagnosis } from "./diagnosis.ts";
import { dateOf } from "./distrust.ts";
import type {
  Finding,
  Heard,
  HubHeard,
  Question,
  Resolved,
  Secured,
  ShownCertificate,
} from "./findings.ts";

const STEPS = ["name", "way", "tls", "hub", "password"] as const;
type Step = (typeof STEPS)[number];

/** `more`: it only says more about the row above. */
type Mark = "good" | "bad" | "more";

const SIGNS: Readonly<Record<Mark, string>> = { good: "✓", bad: "✗", more: " " };
/** For terminals and fonts that have no other signs. */
const ASCII_SIGNS: Readonly<Record<Mark, string>> = { good: "+", bad: "x", more: " " };

/** Longest part of a row that comes from outside, in UTF-16 units. */
const MAX_SHOWN = 160;

interface Row {
  step: Step;
  mark: Mark;
  text: string;
}

export interface ReportOptions {
  question: Question;
  lang: Lang;
  theme: Theme;
  isAscii: boolean;
  /** Columns that the paragraph may take; of rows each is one line. */
  width: number;
}

/** The lines that tell a finding; none for one of which the paragraph alone tells. */
export function reportFinding(finding: Finding, options: ReportOptions): string[] {
  const { lang, theme, isAscii } = options;
  const signs = isAscii ? ASCII_SIGNS : SIGNS;
  const label = (step: Step) => translate(lang, `doctor.step.${step}`);
  const width = Math.max(...STEPS.map((step) => textWidth(label(step))));
  return new Rows(options).of(finding).map(({ step, mark, text }, index, rows) => {
    const name = rows[index - 1]?.step === step ? "" : label(step);
    const sign = mark === "bad" ? theme.error(signs.bad) : signs[mark];
    return `${sign} ${theme.notice(name.padEnd(width))}  ${sanitize(text)}`.trimEnd();
  });
}

/** The lines of the paragraph, and of what to type then. */
export function reportDiagnosis(
  { sayings, line }: Diagnosis,
  { lang, theme, width }: ReportOptions,
): string[] {
  const sentences = sayings.map(({ key, params }) => translate(lang, key, safe(params)));
  return [
    "",
    ...wrap(keepTogether(sanitize(sentences.join(" "))), width).map((row) =>
      row.replaceAll(KEPT, " ")
    ),
    ...(line === undefined ? [] : [`  ${theme.prompt(sanitize(line))}`]),
  ];
}

/** In place of the blanks of what is to be typed, which stands in one line, as far as lines are wide enough. */
const KEPT = "\u00a0";

/** What is to be typed stands between backticks in the sentences, which are not shown. */
function keepTogether(paragraph: string): string {
  return paragraph.replace(/`([^`]*)`/g, (_, typed: string) => typed.replaceAll(" ", KEPT));
}

class Rows {
  readonly #options: ReportOptions;

  constructor(options: ReportOptions) {
    this.#options = options;
  }

  of(finding: Finding): Row[] {
    switch (finding.step) {
      case "name":
        return this.#name(finding.resolved);
      case "ways":
        return finding.ways.map(({ host, outcome }) => {
          const { port } = this.#options.question.address;
          const address = formatAddress({ hostname: host, port });
          const { kind, ...figures } = outcome;
          const mark = kind === "connected" ? "good" : "bad";
          return this.#row("way", mark, `doctor.way_${kind}`, {
            address,
            ...figures,
            ...("milliseconds" in outcome ? { ms: this.#figure(outcome.milliseconds) } : {}),
          });
        });
      case "tls":
        return this.#tls(finding.secured);
      case "talk":
        return this.#talk(finding.heard);
      case "elsewhere":
        return [];
    }
  }

  #name(resolved: Resolved): Row[] {
    const host = this.#options.question.address.hostname;
    switch (resolved.kind) {
      case "found": {
        const addresses = resolved.hosts.join(", ");
        return [this.#row("name", "good", "doctor.name_is", { host, addresses })];
      }
      case "address":
        return [];
      default:
        return [this.#row("name", "bad", `doctor.name_${resolved.kind}`, { host })];
    }
  }

  #tls(secured: Secured): Row[] {
    switch (secured.kind) {
      case "trusted":
        return [
          ...this.#certificate(secured.certificate, "good"),
          this.#row("tls", "more", `doctor.tls_by_${secured.by}`),
        ];
      case "distrusted":
        return [
          ...(secured.certificate ? this.#certificate(secured.certificate, "bad") : []),
          this.#row("tls", secured.certificate ? "more" : "bad", "doctor.tls_distrusted"),
        ];
      case "not_tls":
        return [this.#row("tls", "bad", "doctor.tls_none")];
      case "silent":
        return [this.#row("tls", "bad", "doctor.tls_silent")];
      case "failed":
        return [this.#row("tls", "bad", "doctor.tls_broken", { reason: secured.reason })];
    }
  }

  #certificate(
    { version, name, from, until, fingerprint, isSelfIssued, issuer }: ShownCertificate,
    mark: Mark,
  ): Row[] {
    const params = { version: version || "TLS", from: dateOf(from), until: dateOf(until) };
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

  #talk(heard: Heard): Row[] {
    switch (heard.kind) {
      case "hub":
        return this.#hub(heard);
      case "bye":
        return [this.#says(heard.code, heard.params, heard.text)];
      case "stranger": {
        const { line, service = "unknown" } = heard;
        return [
          line === ""
            ? this.#row("hub", "bad", "doctor.stranger", { service })
            : this.#row("hub", "bad", "doctor.stranger_says", { service, line }),
        ];
      }
      default:
        return [this.#row("hub", "bad", `doctor.talk_${heard.kind}`)];
    }
  }

  #hub({ hub, protocol, people, latency, refusal, isTried }: HubHeard): Row[] {
    const { lang, question } = this.#options;
    const told = [
      translate(lang, "doctor.hub_is", safe({ hub, protocol })),
      ...(latency === undefined
        ? []
        : [translate(lang, "doctor.hub_latency", { ms: this.#figure(latency) })]),
      ...(people === undefined ? [] : [translate(lang, "doctor.hub_people", { count: people })]),
    ];
    const mark = protocol === PROTOCOL ? "good" : "bad";
    const first: Row = { step: "hub", mark, text: told.join(", ") };
    const { code = "", params = {}, text = "" } = refusal ?? {};
    const isWrong = code === "wrong_password" || code === "auth_failed";
    if (isWrong) return [first, this.#row("password", "bad", "doctor.password_wrong")];
    if (code === "password_wanted") {
      return [first, this.#row("password", "bad", "doctor.password_wanted")];
    }
    if (refusal) return [first, this.#says(code, params, text)];
    if (isTried) return [first, this.#row("password", "good", "doctor.password_right")];
    return question.hasPassword
      ? [first, this.#row("password", "good", "doctor.password_none")]
      : [first];
  }

  /** What the hub says against coming in, in the person's language where it is known. */
  #says(code: string, params: Params, text: string): Row {
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

  #row(step: Step, mark: Mark, key: Key, params: Params = {}): Row {
    return { step, mark, text: translate(this.#options.lang, key, safe(params)) };
  }

  /** Milliseconds, as the language writes them, no finer than anybody wants to know. */
  #figure(milliseconds: number): string {
    const maximumFractionDigits = milliseconds < 10 ? 1 : 0;
    return new Intl.NumberFormat(this.#options.lang, { maximumFractionDigits, useGrouping: false })
      .format(milliseconds);
  }
}

/** What sentences are filled with, of bounded length: much of it comes from whoever answers. */
function safe(params: Params): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === "string" ? sanitize(value).slice(0, MAX_SHOWN).toWellFormed() : value,
    ]),
  );
}
