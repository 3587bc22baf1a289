/** The doctor's output: a row for each finding, and the diagnosis as a paragraph. */

import { formatAddress, pageUrl } from "../../common/cli/address.ts";
import { describeCode } from "../../common/i18n/frames.ts";
import { type Key, type Lang, NO_BREAK, translate } from "../../common/i18n/mod.ts";
import type { Params } from "../../common/protocol/codes.ts";
import { PROTOCOL } from "../../common/protocol/frame.ts";
import { wrapText } from "../../common/cli/wrap.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";
import { formatDate } from "../../common/protocol/tls.ts";
import type { HubInfo, ProbeResult, Refusal } from "../net/probe_reader.ts";
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

const LABELS = ["name", "way", "tls", "hub", "password", "page"] as const;
type Label = (typeof LABELS)[number];

/** `more`: adds to the row above. */
type Mark = "good" | "bad" | "more";

const SIGNS: Readonly<Record<Mark, string>> = { good: "✓", bad: "✗", more: " " };
/** For terminals and fonts without the others. */
const ASCII_SIGNS: typeof SIGNS = { good: "+", bad: "x", more: " " };

/** Longest value from outside in a sentence, in UTF-16 units. */
const MAX_SHOWN = 160;

const PASSWORD_REFUSALS: ReadonlyMap<string, Key> = new Map([
  ["wrong_password", "doctor.password_wrong"],
  ["auth_failed", "doctor.password_wrong"],
  ["password_wanted", "doctor.password_wanted"],
]);

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
  /** Whether the rows are wrapped too. */
  isTerminal: boolean;
}

/** The rows for a finding; `elsewhere` has no rows, since only the diagnosis mentions it. */
export function reportFinding(finding: Finding, options: ReportOptions): string[] {
  const { lang, theme, isAscii, isTerminal } = options;
  const signs = isAscii ? ASCII_SIGNS : SIGNS;
  const name = (label: Label) => translate(lang, `doctor.step.${label}`);
  const width = Math.max(...LABELS.map((label) => textWidth(name(label))));
  return new Rows(options).of(finding).flatMap(({ label, mark, text }, index, rows) => {
    const shown = rows[index - 1]?.label === label ? "" : name(label);
    const sign = mark === "bad" ? theme.error(signs.bad) : signs[mark];
    // Wrapped before it is coloured, with as many blanks for what stands before the text.
    const blank = " ".repeat(width + 4);
    const columns = isTerminal ? options.width : Infinity;
    const rest = wrapText(blank + sanitize(text), columns, blank.length).slice(blank.length);
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
      case "page":
        return [this.#page(finding)];
      case "elsewhere":
        return [];
    }
  }

  #resolution(resolution: Resolution): Row[] {
    const { kind } = resolution;
    if (kind === "address") return [];
    const host = this.#options.target.address.hostname;
    const addresses = kind === "found" ? resolution.hosts.join(", ") : "";
    const mark = kind === "found" ? "good" : "bad";
    return [this.#row("name", mark, `doctor.name_${kind}`, { host, addresses })];
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
    if (result.kind !== "trusted" && result.kind !== "distrusted") {
      const { kind, ...params } = result;
      return [this.#row("tls", "bad", `doctor.tls_${kind}`, params)];
    }
    const isTrusted = result.kind === "trusted";
    const rows = result.certificate ? this.#certificate(result.certificate, isTrusted) : [];
    const why = isTrusted ? `tls_by_${result.by}` as const : "tls_distrusted";
    return [...rows, this.#row("tls", rows.length > 0 ? "more" : "bad", `doctor.${why}`)];
  }

  #certificate(
    { version, name, from, until, fingerprint, isSelfIssued, issuer }: CertificateInfo,
    isTrusted: boolean,
  ): Row[] {
    const dates = { from: formatDate(from), until: formatDate(until) };
    const params = { version: version || "TLS", name: name ?? "", ...dates };
    const key = name === undefined ? "doctor.tls_nameless" : "doctor.tls_certificate";
    const issued = isSelfIssued ? "doctor.tls_self_issued" : "doctor.tls_issued_by";
    return [
      this.#row("tls", isTrusted ? "good" : "bad", key, params),
      this.#row("tls", "more", issued, { issuer }),
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
        const key = line === "" ? "doctor.stranger" : "doctor.stranger_says";
        return [this.#row("hub", "bad", key, { service, line })];
      }
      default:
        return [this.#row("hub", "bad", `doctor.talk_${result.kind}`)];
    }
  }

  #page({ result, isEncrypted }: Finding & { step: "page" }): Row {
    const { address } = this.#options.target;
    const { kind, ...status } = result;
    const isNone = kind === "none" || kind === "untrusted";
    const mark = isNone ? "more" : kind === "works" ? "good" : "bad";
    const params = { url: pageUrl(address, isEncrypted), host: address.hostname, ...status };
    return this.#row("page", mark, `doctor.page_${kind}`, params);
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
    if (refusal) {
      const about = PASSWORD_REFUSALS.get(refusal.code);
      return [first, about ? this.#row("password", "bad", about) : this.#refusal(refusal)];
    }
    if (!isTried && !target.hasPassword) return [first];
    const password = isTried ? "doctor.password_right" : "doctor.password_none";
    return [first, this.#row("password", "good", password)];
  }

  /** Translated if the code is known, otherwise in the hub's words. */
  #refusal({ code, params, text }: Refusal): Row {
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
