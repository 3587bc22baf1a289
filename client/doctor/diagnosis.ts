/** Turns the findings into a diagnosis: what is wrong, what to do, and the exit code. The sentences are in i18n/. */

import { type Address, DEFAULT_PORT, formatAddress } from "../../common/cli/address.ts";
import { EXIT } from "../../common/cli/failure.ts";
import { defined } from "../../common/defined.ts";
import { isKey, type Key } from "../../common/i18n/mod.ts";
import type { Params } from "../../common/protocol/codes.ts";
import { PROTOCOL } from "../../common/protocol/frame.ts";
import { isLoopback } from "../../common/protocol/ip.ts";
import { endsSoon, formatDate } from "../../common/protocol/tls.ts";
import type { HubInfo, ProbeResult, Refusal } from "../net/probe_reader.ts";
import { exitCode } from "../session/bye.ts";
import { isConnected } from "./checks.ts";
import type {
  ConnectAttempt,
  Distrusted,
  Finding,
  MessageName,
  Target,
  TlsResult,
} from "./findings.ts";
import { judgeCertificate } from "./tls_check.ts";

export interface Diagnosis {
  /** One paragraph. */
  messages: readonly { key: Key; params: Params }[];
  /** The shell command to run next, if there is one. */
  line?: string;
  /** The client's exit code in the same case; 0 if all is well. */
  exitCode: number;
}

/** Codes with their own paragraph; for any other refusal the hub's words are shown. */
const REFUSALS = [
  "server_full",
  "address_full",
  "banned",
  "locked",
  "cut_off",
  "shutdown",
  "password_wanted",
  "not_proxied",
] as const;

/** If several addresses fail, the diagnosis is about the first of these. */
const FAILURES = ["refused", "forbidden", "failed", "filtered", "unreachable"] as const;

/** `today`: milliseconds since 1970. */
export function diagnose(target: Target, findings: readonly Finding[], today: number): Diagnosis {
  return new Doctor(target, findings, today).diagnose();
}

/** Whether a hub has answered, if only to refuse. Of a hub whose certificate is not trusted, only its TLS is known. */
export function isAnswered(findings: readonly Finding[]): boolean {
  const tls = last(findings, "tls")?.result.kind;
  const probe = last(findings, "probe")?.result.kind;
  return probe === "hub" || probe === "bye" || tls === "distrusted";
}

/** The last finding of a step. */
function last<S extends Finding["step"]>(findings: readonly Finding[], step: S) {
  return findings.findLast((each): each is Extract<Finding, { step: S }> => each.step === step);
}

class Doctor {
  readonly #target: Target;
  readonly #findings: readonly Finding[];
  readonly #today: number;
  /** Used by most sentences. */
  readonly #params: { address: string; host: string; port: number };
  readonly #attempts: readonly ConnectAttempt[];
  /** Whether only this machine itself was contacted. */
  readonly #isHere: boolean;

  constructor(target: Target, findings: readonly Finding[], today: number) {
    const { address } = target;
    this.#target = target;
    this.#findings = findings;
    this.#today = today;
    this.#params = { address: formatAddress(address), host: address.hostname, port: address.port };
    this.#attempts = last(findings, "connect")?.attempts ?? [];
    this.#isHere = this.#attempts.every(({ host }) => isLoopback(host));
  }

  diagnose(): Diagnosis {
    const { resolution } = last(this.#findings, "resolve") ?? {};
    if (resolution?.kind === "unknown") {
      const isShort = !this.#params.host.includes(".");
      return this.#failed(isShort ? "unknown_short" : "unknown_host");
    }
    if (resolution?.kind === "unanswered") return this.#failed("no_dns");
    if (!this.#attempts.some(isConnected)) return this.#unconnected();
    const tls = last(this.#findings, "tls")?.result;
    const probe = last(this.#findings, "probe");
    const hasCertificate = tls?.kind === "trusted" || tls?.kind === "distrusted";
    if (this.#target.tls || (this.#target.wasEncrypted && !hasCertificate)) {
      return this.#encrypted(tls, probe?.result);
    }
    // That it is not a hub matters more than that it uses TLS.
    const isStranger = probe?.isEncrypted && probe.result.kind !== "hub";
    return tls && !isStranger ? this.#requiresTls(tls) : this.#probed(probe?.result);
  }

  #unconnected(): Diagnosis {
    const found = last(this.#findings, "elsewhere");
    if (found) {
      const { address, isOwn } = found;
      const params = { found: formatAddress(address) };
      const diagnosis = this.#failed(isOwn ? "loopback_only" : "elsewhere", params);
      return { ...diagnosis, line: this.#line({ address, tls: false }) };
    }
    const outcomes = this.#attempts.map(({ outcome }) => outcome);
    const kind = FAILURES.find((each) => outcomes.some((outcome) => outcome.kind === each)) ??
      "filtered";
    if (kind === "refused") return this.#failed(this.#isHere ? "refused_here" : "refused");
    const failure = outcomes.find((outcome) => outcome.kind === "failed");
    return this.#failed(kind, failure ? { reason: failure.reason } : {});
  }

  #encrypted(tls: TlsResult | undefined, result: ProbeResult | undefined): Diagnosis {
    switch (tls?.kind) {
      case "trusted":
        return this.#probed(result);
      case "distrusted":
        return this.#distrusted(tls);
      case "failed":
        return this.#failed("tls_broken", { reason: tls.reason });
      case "silent":
        return this.#failed("silent");
    }
    const { wasEncrypted } = this.#target;
    if (wasEncrypted) return this.#refused("tls_dropped", wasEncrypted);
    if (result?.kind === "stranger") return this.#probed(result);
    return result?.kind === "hub" || result?.kind === "bye"
      ? { ...this.#failed("not_tls"), line: this.#line({ tls: false }) }
      : this.#failed("not_tls_unknown");
  }

  #distrusted(tls: Distrusted): Diagnosis {
    const { name, params, shown } = judgeCertificate(tls, this.#today);
    const diagnosis = this.#refused(name, params);
    return shown === undefined ? diagnosis : { ...diagnosis, line: this.#line({ tls: shown }) };
  }

  /** The hub speaks TLS, and `--tls` was not given. */
  #requiresTls(result: TlsResult): Diagnosis {
    const { wasEncrypted } = this.#target;
    const required = wasEncrypted ? this.#refused("tls_wanted") : this.#failed("tls_wanted");
    const how = (name: "remembered" | "system" | "shown" | "unclear", shown?: string) => ({
      ...required,
      messages: [...required.messages, this.#message(`tls_wanted_${name}`, defined({ shown }))],
      line: this.#line({ tls: shown ?? true }, name === "unclear" ? "doctor" : "client"),
    });
    if (result.kind === "trusted") return how(result.by === "remembered" ? result.by : "system");
    if (result.kind !== "distrusted") return how("unclear");
    const { name, shown } = judgeCertificate(result, this.#today);
    return name === "tls_unknown" && shown !== undefined ? how("shown", shown) : how("unclear");
  }

  #probed(result: ProbeResult = { kind: "silent" }): Diagnosis {
    switch (result.kind) {
      case "hub":
        return this.#hub(result);
      case "bye":
        return this.#turnedAway(result);
      case "stranger":
        return this.#failed("stranger", {
          service: result.service ?? "unknown",
          usual: DEFAULT_PORT,
        });
      case "tls":
        return this.#failed("tls_wanted");
      default:
        return this.#failed(result.kind);
    }
  }

  #hub({ protocol, refusal, isTried }: HubInfo): Diagnosis {
    if (protocol !== PROTOCOL) return this.#otherVersion(protocol);
    if (refusal) return this.#turnedAway(refusal);
    return this.#well("well", [
      ...(isTried ? [this.#message("password_right")] : []),
      ...(this.#target.hasPassword && !isTried ? [this.#message("password_unneeded")] : []),
      ...(isTried && !this.#target.tls && !this.#isHere ? [this.#message("password_plain")] : []),
    ]);
  }

  /** The hub refuses; the code is empty if it is unknown. */
  #turnedAway({ code, params, text }: Refusal): Diagnosis {
    const supported = params["supported"];
    if (code === "unsupported_protocol" && typeof supported === "number") {
      return supported === PROTOCOL ? this.#well("well_old") : this.#otherVersion(supported);
    }
    if (code === "wrong_password" || code === "auth_failed") {
      const left = typeof params["left"] === "number" ? params["left"] : 0;
      return this.#refused("password_wrong", { tries: left + 1 });
    }
    const known = REFUSALS.find((each) => each === code);
    const said = { ...params, ...this.#params, reason: isKey(`bye.${code}`) ? code : text };
    const diagnosis = this.#refused(known ?? "bye", known ? {} : said);
    if (known === undefined || known === "password_wanted") return diagnosis;
    return { ...diagnosis, exitCode: exitCode({ type: "bye", code, params, text }) };
  }

  #otherVersion(protocol: number): Diagnosis {
    const params = { theirs: protocol, ours: PROTOCOL };
    return this.#refused(protocol > PROTOCOL ? "newer" : "older", params);
  }

  #well(name: "well" | "well_old", notes: Diagnosis["messages"] = []): Diagnosis {
    const failed = this.#attempts.filter((each) => !isConnected(each)).map(({ host }) => host);
    const tls = last(this.#findings, "tls")?.result;
    const until = tls?.kind === "trusted" ? tls.certificate.until : Infinity;
    return {
      messages: [
        this.#message(name),
        ...notes,
        ...(endsSoon(until, this.#today)
          ? [this.#message("tls_ends", { until: formatDate(until) })]
          : []),
        ...(failed.length === 0
          ? []
          : [this.#message("ways_partly", { failed: failed.join(", ") })]),
        this.#message("join"),
      ],
      line: this.#line({}),
      exitCode: EXIT.done,
    };
  }

  #failed(name: MessageName, params: Params = {}): Diagnosis {
    return { messages: [this.#message(name, params)], exitCode: EXIT.failed };
  }

  #refused(name: MessageName, params: Params = {}): Diagnosis {
    return { messages: [this.#message(name, params)], exitCode: EXIT.refused };
  }

  #message(name: MessageName, params: Params = {}): Diagnosis["messages"][number] {
    return { key: `doctor.says.${name}`, params: { ...this.#params, ...params } };
  }

  #line(
    { address = this.#target.address, tls }: { address?: Address; tls?: boolean | string },
    command: "client" | "doctor" = "client",
  ): string {
    return shellLine(command, { ...this.#target, address }, tls);
  }
}

/** Characters that need no quotes in any shell. */
const PLAIN = /^[\p{L}\p{N}_@%+=:,./-]+$/u;

/** A shell command that joins the target, or checks it again; `tls`, or a fingerprint, replaces its own TLS options. */
export function shellLine(
  command: "client" | "doctor",
  { address, nick, tls: given, passwordFile }: Target,
  tls: boolean | string = given ? given.pin ?? true : false,
): string {
  const { hostname, port } = address;
  return [
    ...["chat", command, hostname, String(port)],
    ...(tls ? ["--tls"] : []),
    ...(typeof tls === "string" ? [tls] : []),
    ...(given?.caFile === undefined || !tls ? [] : ["--tls-ca", given.caFile]),
    ...(passwordFile === undefined ? [] : ["--password-file", passwordFile]),
    ...(nick === undefined ? [] : ["--name", nick]),
  ].map(quote).join(" ");
}

function quote(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
