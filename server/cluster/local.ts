/** The cluster of a single hub: it accepts messages at once, and all users are its own. Its rules may outlive it. */

import type { RuleTable } from "../history/rule_table.ts";
import type { Log } from "../log.ts";
import type { Posted, Rule } from "../types.ts";
import type { ClaimOutcome, Cluster, ClusterListener, MovedUser, Post } from "./mod.ts";
import { decodeRule, encodeRecord, isLifted, ruleKey, withoutNews } from "./nats/codec.ts";

export interface LocalClusterOptions {
  epoch: string;
  /** The last message id of an earlier run; 0 for none. */
  lastId: number;
  /** Milliseconds since 1970. */
  now: () => number;
  /** By default the token itself, which must not be kept in a file. */
  sessionId?: (token: string) => string;
  /** Rules that outlive the hub. Without moderators only the topics of rooms hold, as nobody could open one again. */
  kept?: { rules: RuleTable | undefined; hasModeration: boolean; log: Log };
}

export class LocalCluster implements Cluster {
  readonly isAlone = true;
  readonly epoch: string;
  readonly instanceId = "";
  readonly isOffline = false;
  readonly sessionId: (token: string) => string;
  readonly lastId: number;
  readonly #options: LocalClusterOptions;
  #lastGivenId: number;

  constructor(options: LocalClusterOptions) {
    this.#options = options;
    this.epoch = options.epoch;
    this.lastId = this.#lastGivenId = options.lastId;
    this.sessionId = options.sessionId ?? ((token) => token);
  }

  attach(listener: ClusterListener): void {
    const { rules, log, hasModeration } = this.#options.kept ?? {};
    for (const { kind, name, value } of rules?.stored ?? []) {
      const decoded = decodeRule(value, kind, name);
      if (!decoded.ok) {
        log?.warning("a damaged rule is skipped", { kind, name, error: decoded.error });
        continue;
      }
      const { rule } = decoded.value;
      const state = rule.kind === "room" && !hasModeration && rule.state;
      const open = { isLocked: false, isPaused: false, slow: 0, limit: 0, key: "" };
      listener.onRule(state ? { ...rule, state: { ...state, ...open } } : rule);
    }
  }

  publish(post: Post): void {
    post.message.id = ++this.#lastGivenId;
    post.message.ts = this.#options.now();
    post.onAccepted("new");
  }

  claim(_key: string, _id: string, done: (outcome: ClaimOutcome) => void): void {
    done("claimed");
  }

  release(): void {}

  openRoom(_room: string, _after: number, done: (history: readonly Posted[]) => void): void {
    done([]);
  }

  closeRoom(): void {}

  putUser(): void {}

  removeUser(): void {}

  takeUser(_id: string, _after: number, done: (moved: MovedUser | undefined) => void): void {
    done(undefined);
  }

  sendCommand(): void {}

  erase(): void {}

  putRule(rule: Rule): void {
    const [kind, name] = ruleKey(rule);
    const value = isLifted(rule) ? undefined : encodeRecord({ hub: "", rule: withoutNews(rule) });
    const until = "ban" in rule ? rule.ban?.until : "mute" in rule ? rule.mute?.until : undefined;
    this.#options.kept?.rules?.put(kind, name, value, until);
  }
}
