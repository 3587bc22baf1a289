/** A hub's cluster over real NATS servers. It records all events, so that tests can wait for them. */

import type { NatsCluster } from "../../server/cluster/nats/cluster.ts";
import { openNats } from "../../server/cluster/nats/mod.ts";
import type { Timeouts } from "../../server/cluster/nats/timeouts.ts";
import type { ClaimOutcome, ClusterListener, MovedUser, Post } from "../../server/cluster/mod.ts";
import type { Retention } from "../../server/history/mod.ts";
import { type LogFields, logTo } from "../../server/log.ts";
import { publicId } from "../../server/setup/secrets.ts";
import { nickKey } from "../../common/protocol/names.ts";
import { NATS_MISSING, type NatsServerProcess, startNats } from "./nats.ts";
import { type NotYet, Watch } from "./watch.ts";
import type { Departure, Posted, RemoteCommand, Rule, User } from "../../server/types.ts";

interface NatsHubOptions {
  cluster?: string;
  keep?: Retention;
  grace?: number;
  timeouts?: Partial<Timeouts>;
  creds?: string;
  ca?: string;
}

/** Short enough for tests, but long enough that no lease expires on a busy machine. */
const SHORT_TIMEOUTS: Partial<Timeouts> = {
  reconnect: 50,
  retry: 50,
  ping: 500,
  response: 1000,
  echo: 300,
  leaseRenewal: 300,
  leaseExpiry: 60_000,
  orphaned: 500,
  check: 100,
  sample: 500,
  tombstone: 500,
};

export class NatsHub implements AsyncDisposable {
  readonly cluster: NatsCluster;
  /** All events in order, each in one line. */
  readonly events: string[] = [];
  readonly messages: Posted[] = [];
  readonly users: Map<string, User> = new Map();
  readonly gone: [string, Departure][] = [];
  readonly rules: Rule[] = [];
  readonly commands: RemoteCommand[] = [];
  /** The accepted posts of this hub. */
  readonly accepted: { ref: string; id: number; ts: number; isDuplicate: boolean }[] = [];
  readonly log: { level: string; message: string; fields: LogFields }[];
  readonly #watch: Watch;

  static async open(servers: readonly string[], options: NatsHubOptions = {}): Promise<NatsHub> {
    const { cluster = "chat", keep = { messages: 1000 }, grace = 1000, timeouts, ...files } =
      options;
    const watch = new Watch();
    const lines: NatsHub["log"] = [];
    const log = logTo((level, message, fields = {}) => {
      lines.push({ level, message, fields });
      watch.changed();
    });
    const opened = await openNats({
      servers,
      cluster,
      keep,
      grace,
      log,
      now: Date.now,
      sessionId: publicId,
      timeouts: { ...SHORT_TIMEOUTS, ...timeouts },
      ...files,
    });
    return new NatsHub(opened, watch, lines);
  }

  private constructor(cluster: NatsCluster, watch: Watch, log: NatsHub["log"]) {
    this.cluster = cluster;
    this.#watch = watch;
    this.log = log;
    cluster.attach(this.#listener());
  }

  get id(): string {
    return this.cluster.instanceId;
  }

  /** The delivered and accepted messages in order, as ID TEXT. */
  get texts(): string[] {
    return this.events.filter((event) => /^(message|accepted) /.test(event))
      .map((event) => event.replace(/^\w+ /, ""));
  }

  until<T>(attempt: () => T | NotYet, what = "something"): Promise<T> {
    return this.#watch.until(
      attempt,
      (reason) =>
        `Waited for ${what}: ${reason}\n${this.texts.length} messages\n${
          this.events.slice(-30).join("\n")
        }\n${this.log.slice(-10).map((line) => JSON.stringify(line)).join("\n")}`,
    );
  }

  untilEvent(wanted: string): Promise<string> {
    return this.until(() => this.events.find((event) => event.includes(wanted)), wanted);
  }

  open(room: string, after = 0): Promise<readonly Posted[] | undefined> {
    return new Promise((resolve) =>
      this.cluster.openRoom(room, after, (history) => {
        this.#record(`open ${room}`);
        resolve(history);
      })
    );
  }

  claim(key: string, id: string): Promise<ClaimOutcome> {
    return new Promise((resolve) => this.cluster.claim(key, id, resolve));
  }

  /** Claims a nick, again and again while another user has it: it is free a moment after that user has left. */
  async claimEventually(key: string, id: string): Promise<ClaimOutcome> {
    for (;;) {
      const outcome = await this.claim(key, id);
      if (outcome !== "taken") return outcome;
    }
  }

  /** Undefined also while the cluster is offline. */
  take(id: string, after = 0): Promise<MovedUser | undefined> {
    return new Promise((resolve) =>
      this.cluster.takeUser(
        id,
        after,
        (moved) => resolve(moved === "offline" ? undefined : moved),
      )
    );
  }

  /** Adds a local user. */
  put(nick: string, more: Partial<User> = {}): User {
    const user: User = { ...userNamed(nick), hub: this.id, ...more };
    this.cluster.putUser(user);
    return user;
  }

  /** Publishes a message; resolves when it is accepted. */
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
        onAccepted: (outcome) => {
          const { id, ts } = post.message;
          this.accepted.push({ ref, id, ts, isDuplicate: outcome === "duplicate" });
          this.#record(`accepted ${id} ${text}`);
          resolve(post);
        },
      };
      this.cluster.publish(post);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cluster.shutdown();
  }

  #listener(): ClusterListener {
    return {
      onMessage: (posted, to) => {
        const { id, text } = posted.message;
        this.messages.push(posted);
        this.#record(`message ${id} ${text}${to ? ` to ${to}` : ""}`);
      },
      onUser: (user) => {
        this.users.set(user.id, user);
        this.#record(`user ${user.nick} at ${user.hub}${user.isAway ? " away" : ""}`);
      },
      onUserGone: (id, departure) => {
        this.gone.push([id, departure]);
        this.users.delete(id);
        this.#record(`gone ${id} ${JSON.stringify(departure)}`);
      },
      onRule: (rule) => {
        this.rules.push(rule);
        this.#record(`rule ${JSON.stringify(rule)}`);
      },
      onCommand: (command) => {
        this.commands.push(command);
        this.#record(`command ${JSON.stringify(command)}`);
      },
      onOffline: (isOffline) => this.#record(isOffline ? "offline" : "online"),
    };
  }

  #record(event: string): void {
    this.events.push(event);
    this.#watch.changed();
  }
}

/** The test id of a nick. */
export const idOf = (nick: string) => `id-of-${nick}`;

export const authorOf = (nick: string) => ({ id: idOf(nick), key: nickKey(nick), nick });

/** A user in #general. */
export function userNamed(nick: string): User {
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

/** Registers a test with a NATS server and two hubs. */
export function testTwoHubs(
  name: string,
  fn: (cluster: { nats: NatsServerProcess; a: NatsHub; b: NatsHub }) => Promise<void>,
): void {
  Deno.test({
    name,
    ignore: NATS_MISSING,
    fn: async () => {
      await using nats = await startNats();
      await using a = await NatsHub.open([nats.url]);
      await using b = await NatsHub.open([nats.url]);
      await fn({ nats, a, b });
    },
  });
}
