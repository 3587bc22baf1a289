/**
 * What the findings mean: what is wrong, what to do about it, and with which code the program ends. Pure: sentences are
 * named by their keys, and said by report.ts.
 */

import { type Address, DEFAULT_PORT, formatAddress } from "../../common/cli/address.ts";
import { EXIT } from "../../common/cli/failure.ts";
import { isKey, type Key } from "../../common/i18n/mod.ts";
import type { Params } from "../../common/protocol/codes.ts";
import { PROTOCOL } from "../../common/protocol/frame.ts";
import { exitCode } from "../session/bye.ts";
import { type Distrusted, judgeCertificate } from "./distrust.ts";
import type { Finding, Heard, HubHeard, Question, Secured, Way } from "./findings.ts";
import { type JoinTls, shellLine } from "./shell_line.ts";

/** A sentence, or several that belong together. */
export interface Saying {
  key: Key;
  params: Params;
}

export interface Diagnosis {
  /** Together a paragraph. */
  sayings: readonly Saying[];
  /** What to type then, where that is known. */
  line?: string;
  /** As the client would end that meets the same; 0 where all is well. */
  exitCode: number;
}

/** What hubs say against coming in that has a paragraph of its own; the rest is told in their own words. */
const REFUSALS = [
  "server_full",
  "address_full",
  "banned",
  "locked",
  "cut_off",
  "shutdown",
  "password_wanted",
] as const;

/** Of several ways that failed, the first of these says the most. */
const WORST = ["refused", "forbidden", "failed", "filtered", "unreachable"] as const;

/** `today`: milliseconds since 1970. */
export function diagnose(
  question: Question,
  findings: readonly Finding[],
  { today }: { today: number },
): Diagnosis {
  return new Doctor(question, findings, today).diagnose();
}

/** The last finding of a step. */
function last<S extends Finding["step"]>(
  findings: readonly Finding[],
  step: S,
): Extract<Finding, { step: S }> | undefined {
  return findings.findLast((each): each is Extract<Finding, { step: S }> => each.step === step);
}

class Doctor {
  readonly #question: Question;
  readonly #findings: readonly Finding[];
  readonly #today: number;
  /** What most sentences are filled with. */
  readonly #params: { address: string; host: string; port: number };

  constructor(question: Question, findings: readonly Finding[], today: number) {
    const { address } = question;
    this.#question = question;
    this.#findings = findings;
    this.#today = today;
    this.#params = {
      address: formatAddress(address),
      host: address.hostname,
      port: address.port,
    };
  }

  diagnose(): Diagnosis {
    const { resolved } = last(this.#findings, "name") ?? {};
    if (resolved?.kind === "unknown") {
      const isShort = !this.#params.host.includes(".");
      return this.#failed(isShort ? "unknown_short" : "unknown_host");
    }
    if (resolved?.kind === "unanswered") return this.#failed("no_dns");
    const { ways = [] } = last(this.#findings, "ways") ?? {};
    if (!ways.some(isOpen)) return this.#noWay(ways);
    const secured = last(this.#findings, "tls")?.secured;
    const talk = last(this.#findings, "talk");
    if (this.#question.tls) return this.#encrypted(secured, talk?.heard);
    // A stranger that encrypts is a stranger first of all.
    const isStranger = talk?.isEncrypted && talk.heard.kind !== "hub";
    return secured && !isStranger ? this.#wantsTls(secured) : this.#judge(talk?.heard);
  }

  // The ways.

  #noWay(ways: readonly Way[]): Diagnosis {
    const found = last(this.#findings, "elsewhere");
    if (found) return this.#elsewhere(found.address, found.isOwn);
    const kind = WORST.find((each) => ways.some(({ outcome }) => outcome.kind === each)) ??
      "filtered";
    const isHere = ways.every(({ host }) => isLoopback(host));
    if (kind === "refused") return this.#failed(isHere ? "refused_here" : "refused");
    const failure = ways.find(({ outcome }) => outcome.kind === "failed")?.outcome;
    const reason = failure?.kind === "failed" ? failure.reason : "";
    return this.#failed(kind, kind === "failed" ? { reason } : {});
  }

  #elsewhere(address: Address, isOwn: boolean): Diagnosis {
    const found = formatAddress(address);
    const line = this.#line({ address, tls: "none" });
    return { ...this.#failed(isOwn ? "loopback_only" : "elsewhere", { found }), line };
  }

  // Encryption.

  #encrypted(secured: Secured | undefined, heard: Heard | undefined): Diagnosis {
    switch (secured?.kind) {
      case "trusted":
        return this.#judge(heard);
      case "distrusted":
        return this.#distrusted(secured);
      case "failed":
        return this.#failed("tls_broken", { reason: secured.reason });
      case "silent":
        return this.#failed("silent");
      default:
        if (heard?.kind === "stranger") return this.#judge(heard);
        return heard?.kind === "hub" || heard?.kind === "bye"
          ? { ...this.#failed("not_tls"), line: this.#line({ tls: "none" }) }
          : this.#failed("not_tls_unknown");
    }
  }

  #distrusted(secured: Distrusted): Diagnosis {
    const { name, params, shown } = judgeCertificate(secured, this.#today);
    const diagnosis = this.#refused(name, params);
    return shown === undefined
      ? diagnosis
      : { ...diagnosis, line: this.#line({ tls: { fingerprint: shown } }) };
  }

  /** TLS was met where none was asked for. */
  #wantsTls(secured: Secured): Diagnosis {
    const wanted = this.#failed("tls_wanted");
    const how = (name: "remembered" | "system" | "shown" | "unclear", tls: JoinTls) => ({
      ...wanted,
      sayings: [
        ...wanted.sayings,
        this.#say(
          `tls_wanted_${name}`,
          typeof tls === "string" ? {} : { shown: tls.fingerprint },
        ),
      ],
      line: this.#line({ tls }, name === "unclear" ? "doctor" : "client"),
    });
    if (secured.kind === "trusted") {
      return how(secured.by === "remembered" ? "remembered" : "system", "any");
    }
    if (secured.kind !== "distrusted") return how("unclear", "any");
    const { name, shown } = judgeCertificate(secured, this.#today);
    return name === "tls_unknown" && shown !== undefined
      ? how("shown", { fingerprint: shown })
      : how("unclear", "any");
  }

  // What was said.

  #judge(heard: Heard | undefined): Diagnosis {
    switch (heard?.kind) {
      case "hub":
        return this.#judgeHub(heard);
      case "bye":
        return this.#turnedAway(heard);
      case "stranger":
        return this.#failed("stranger", {
          service: heard.service ?? "unknown",
          usual: DEFAULT_PORT,
        });
      case "tls":
        return this.#failed("tls_wanted");
      case "closed":
        return this.#failed("closed");
      default:
        return this.#failed("silent");
    }
  }

  #judgeHub(heard: HubHeard): Diagnosis {
    const { protocol, refusal } = heard;
    if (protocol !== PROTOCOL) return this.#otherVersion(protocol);
    if (refusal) return this.#turnedAway(refusal);
    return this.#well("well", [
      ...(heard.isTried ? [this.#say("password_right")] : []),
      ...(this.#question.hasPassword && !heard.isTried ? [this.#say("password_unneeded")] : []),
      ...(heard.isTried && !this.#question.tls && !this.#isHere
        ? [this.#say("password_plain")]
        : []),
    ]);
  }

  /** The hub said why one may not come in; the code is empty where it is not known. */
  #turnedAway({ code, params, text }: { code: string; params: Params; text: string }): Diagnosis {
    const supported = params["supported"];
    if (code === "unsupported_protocol" && typeof supported === "number") {
      return supported === PROTOCOL ? this.#well("well_old") : this.#otherVersion(supported);
    }
    if (code === "wrong_password" || code === "auth_failed") {
      const left = typeof params["left"] === "number" ? params["left"] : 0;
      return this.#refused("password_wrong", { tries: left + 1 });
    }
    const known = REFUSALS.find((each) => each === code);
    const reason = isKey(`bye.${code}`) ? code : text;
    const diagnosis = this.#refused(
      known ?? "bye",
      known ? {} : { ...params, ...this.#params, reason },
    );
    if (known === undefined || known === "password_wanted") return diagnosis;
    return { ...diagnosis, exitCode: exitCode({ type: "bye", code, params, text }) };
  }

  #otherVersion(protocol: number): Diagnosis {
    const params = { theirs: protocol, ours: PROTOCOL };
    return this.#refused(protocol > PROTOCOL ? "newer" : "older", params);
  }

  #well(name: "well" | "well_old", notes: readonly Saying[] = []): Diagnosis {
    const { ways = [] } = last(this.#findings, "ways") ?? {};
    const failed = ways.filter((way) => !isOpen(way)).map(({ host }) => host).join(", ");
    return {
      sayings: [
        this.#say(name),
        ...notes,
        ...(failed === "" ? [] : [this.#say("ways_partly", { failed })]),
        this.#say("join"),
      ],
      line: this.#line({}),
      exitCode: EXIT.done,
    };
  }

  // What is common to all.

  /** Whether all ways lead to this machine itself. */
  get #isHere(): boolean {
    const { ways = [] } = last(this.#findings, "ways") ?? {};
    return ways.every(({ host }) => isLoopback(host));
  }

  #failed(name: Says, params: Params = {}): Diagnosis {
    return { sayings: [this.#say(name, params)], exitCode: EXIT.failed };
  }

  #refused(name: Says, params: Params = {}): Diagnosis {
    return { sayings: [this.#say(name, params)], exitCode: EXIT.refused };
  }

  #say(name: Says, params: Params = {}): Saying {
    return { key: `doctor.says.${name}`, params: { ...this.#params, ...params } };
  }

  #line(
    { address = this.#question.address, tls }: { address?: Address; tls?: JoinTls },
    command: "client" | "doctor" = "client",
  ): string {
    return shellLine(command, { ...this.#question, address }, tls);
  }
}

/** The paragraphs, without what their keys have in common. */
type Says<K = Key> = K extends `doctor.says.${infer Name}` ? Name : never;

function isOpen({ outcome }: Way): boolean {
  return outcome.kind === "connected";
}

function isLoopback(host: string): boolean {
  return host === "::1" || host === "localhost" || /^(::ffff:)?127\./i.test(host);
}
