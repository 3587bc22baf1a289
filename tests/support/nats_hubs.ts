/** Hubs at NATS servers, as far as their cluster goes: what each is told is written down, and can be waited for. */

import { type NatsCluster, openNats } from "../../server/cluster/nats/mod.ts";
import type { NatsTimes } from "../../server/cluster/nats/timeouts.ts";
import type { ClusterListener, MovedUser, Post } from "../../server/cluster/mod.ts";
import type { Retention } from "../../server/history/mod.ts";
import type { Log, LogFields } from "../../server/log.ts";
import { nickKey } from "../../common/protocol/names.ts";
import { type NotYet, Watch } from "./watch.ts";
import type { Departure, Posted, RemoteCommand, Rule, User } from "../../server/types.ts";

export interface HubOptions {
  cluster?: string;
  keep?: Retention;
  grace?: number;
  times?: Partial<NatsTimes>;
  creds?: string;
  ca?: string;
}

/** Short enough for tests; long enough that a busy machine does not take anybody for dead. */
export const SHORT_TIMES: Partial<NatsTimes> = {
  reconnect: 50,
  retry: 50,
  ping: 500,
  answer: 1000,
  echo: 300,
  renew: 300,
  late: 60_000,
  absent: 500,
  look: 100,
  sample: 500,
  marker: 500,
};

/** A thing that a hub was told, in one line. */
export type Heard = string;

export class NatsHub implements AsyncDisposable {
  readonly cluster: NatsCluster;
  /** All that it was told, in order. */
  readonly events: Heard[] = [];
  readonly messages: Posted[] = [];
  readonly people: Map<string, User> = new Map();
  readonly gone: [string, Departure][] = [];
  readonly rules: Rule[] = [];
  readonly orders: RemoteCommand[] = [];
  /** What was accepted of its own: ref and id. */
  readonly accepted: { ref: string; id: number; ts: number; isOld: boolean }[] = [];
  readonly log: { level: string; message: string; fields: LogFields }[];
  readonly #watch: Watch;

  static async open(servers: readonly string[], options: HubOptions = {}): Promise<NatsHub> {
    const { cluster = "chat", keep = { messages: 1000 }, grace = 1000, times, ...files } = options;
    const watch = new Watch();
    const lines: NatsHub["log"] = [];
    const write = (level: string) => (message: string, fields: LogFields = {}) => {
      lines.push({ level, message, fields });
      watch.changed();
    };
    const log: Log = {
      debug: write("debug"),
      info: write("info"),
      warning: write("warning"),
      error: write("error"),
    };
    const opened = await openNats({
      servers,
      cluster,
      keep,
      grace,
      log,
      now: Date.now,
      times: { ...SHORT_TIMES, ...times },
      ...files,
    });
    return new NatsHub(opened, watch, lines);
  }

  private constructor(cluster: NatsCluster, watch: Watch, log: NatsHub["log"]) {
    this.cluster = cluster;
    this.#watch = watch;
    this.log = log;
    cluster.attach(this.#ears());
  }

  get id(): string {
    return this.cluster.hub;
  }

  /** Texts of what it heard of others and of its own, in order, each with its id. */
  get said(): string[] {
    return this.events.filter((event) => /^(heard|accepted) /.test(event))
      .map((event) => event.replace(/^\w+ /, ""));
  }

  until<T>(attempt: () => T | NotYet, what = "something"): Promise<T> {
    return this.#watch.until(
      attempt,
      (reason) =>
        `Waited for ${what}: ${reason}\n${this.said.length} messages\n${
          this.events.slice(-30).join("\n")
        }\n${this.log.slice(-10).map((line) => JSON.stringify(line)).join("\n")}`,
    );
  }

  untilEvent(wanted: string): Promise<string> {
    return this.until(() => this.events.find((event) => event.includes(wanted)), wanted);
  }

  open(room: string, after = 0): Promise<readonly Posted[] | undefined> {
    return new Promise((resolve) =>
      this.cluster.openRoom(room, after, (past) => {
        this.#tell(`open ${room}`);
        resolve(past);
      })
    );
  }

  claim(key: string, id: string): Promise<"claimed" | "taken" | "away"> {
    return new Promise((resolve) => this.cluster.claim(key, id, resolve));
  }

  /** Undefined also where that one cannot be had for now. */
  take(id: string, after = 0): Promise<MovedUser | undefined> {
    return new Promise((resolve) =>
      this.cluster.takeUser(
        id,
        after,
        (taken) => resolve(taken === "away" ? undefined : taken),
      )
    );
  }

  /** Puts somebody into a room of this hub, and gives that one. */
  put(nick: string, more: Partial<User> = {}): User {
    const person: User = { ...someone(nick), hub: this.id, ...more };
    this.cluster.putUser(person);
    return person;
  }

  /** Says something, and gives it when it was accepted. */
  say(
    nick: string,
    text: string,
    { room = "general", ref = crypto.randomUUID(), to }: {
      room?: string;
      ref?: string;
      to?: string;
    } = {},
  ): Promise<Post> {
    return new Promise((resolve) => {
      const post: Post = {
        message: {
          type: "message",
          id: 0,
          room: to === undefined ? room : "",
          nick,
          text,
          ts: 0,
          kind: to === undefined ? "say" : "private",
        },
        author: authorOf(nick),
        ref,
        to,
        accepted: (how) => {
          const { id, ts } = post.message;
          this.accepted.push({ ref, id, ts, isOld: how === "before" });
          this.#tell(`accepted ${id} ${text}`);
          resolve(post);
        },
      };
      this.cluster.publish(post);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cluster.shutdown();
  }

  #ears(): ClusterListener {
    return {
      onMessage: (said, to) => {
        this.messages.push(said);
        this.#tell(`heard ${said.message.id} ${said.message.text}${to ? ` to ${to}` : ""}`);
      },
      onUser: (person) => {
        this.people.set(person.id, person);
        this.#tell(`met ${person.nick} at ${person.hub}${person.isAway ? " away" : ""}`);
      },
      onUserGone: (id, why) => {
        this.gone.push([id, why]);
        this.people.delete(id);
        this.#tell(`gone ${id} ${JSON.stringify(why)}`);
      },
      onRule: (rule) => {
        this.rules.push(rule);
        this.#tell(`ruled ${JSON.stringify(rule)}`);
      },
      onCommand: (order) => {
        this.orders.push(order);
        this.#tell(`ordered ${JSON.stringify(order)}`);
      },
      onOffline: (isAway) => this.#tell(`away ${isAway}`),
    };
  }

  #tell(event: Heard): void {
    this.events.push(event);
    this.#watch.changed();
  }
}

/** The id of who has that nick in tests. */
export const idOf = (nick: string) => `id-of-${nick}`;

export const authorOf = (nick: string) => ({ id: idOf(nick), key: nickKey(nick), nick });

/** Somebody as a hub puts it. */
export function someone(nick: string): User {
  return {
    ...authorOf(nick),
    hub: "",
    host: "192.0.2.1",
    rooms: [["general", 0]],
    room: "general",
    lang: "en",
    canResume: true,
    isAway: false,
    isModerator: false,
    ignored: [],
    answers: [],
  };
}
