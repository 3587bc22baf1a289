/**
 * A cluster without servers: several hubs share a {@linkcode FakeBroker}, and the test decides when each hub takes the
 * next event from its queue. All hubs get the events in the same order.
 */

import type {
  ClaimOutcome,
  Cluster,
  ClusterListener,
  MovedUser,
  Post,
} from "../../server/cluster/mod.ts";
import type { Departure, Posted, RemoteCommand, Rule, User } from "../../server/types.ts";

interface BrokerMessage {
  readonly posted: Posted;
  readonly to: string | undefined;
  readonly ref: string;
}

export class FakeBroker {
  readonly messages: BrokerMessage[] = [];
  readonly users = new Map<string, User>();
  readonly claims = new Map<string, string>();
  readonly rules = new Map<string, Rule>();
  readonly #hubs: FakeCluster[] = [];
  isOffline = false;

  /** Adds a hub, which gets all existing users and rules. */
  addHub(): FakeCluster {
    const hub = new FakeCluster(this, `hub${this.#hubs.length + 1}`);
    this.#hubs.push(hub);
    return hub;
  }

  get hubs(): readonly FakeCluster[] {
    return this.#hubs.filter(({ isDead }) => !isDead);
  }

  /** Runs all queued events, and those that follow from them. */
  run(): void {
    while (this.hubs.some((hub) => hub.step() || hub.send()));
  }

  setOffline(isOffline: boolean): void {
    this.isOffline = isOffline;
    for (const hub of this.hubs) hub.notify((listener) => listener.onOffline(isOffline));
    if (!isOffline) { for (const hub of this.hubs) hub.republish(); }
  }

  /** Kills a hub. Its users stay until {@linkcode expire}. */
  kill(hub: FakeCluster): void {
    hub.isDead = true;
  }

  /** Expires a dead hub's lease: its users leave unless they have moved. */
  expire(hub: FakeCluster): void {
    for (const user of [...this.users.values()]) {
      if (user.hub !== hub.instanceId) continue;
      this.remove(user.id, {});
      if (this.claims.get(user.key) === user.id) this.claims.delete(user.key);
    }
  }

  accept({ message, author, to, ref }: Post): number {
    const known = this.messages.findIndex(({ posted, ref: other }) =>
      posted.author.id === author.id && other === ref
    );
    if (known >= 0) return known + 1;
    const id = this.messages.length + 1;
    const accepted = { posted: { message: { ...message, id, ts: 1000 + id }, author }, to, ref };
    this.messages.push(accepted);
    for (const hub of this.hubs) hub.deliver(accepted);
    return id;
  }

  put(user: User): void {
    this.users.set(user.id, user);
    for (const hub of this.hubs) {
      if (hub.instanceId === user.hub) continue;
      hub.notify((listener) => {
        // The user may have moved to this hub since.
        if (this.users.get(user.id)?.hub === hub.instanceId) return;
        hub.localUsers.delete(user.id);
        listener.onUser(user);
      });
    }
  }

  remove(id: string, departure: Departure): void {
    const user = this.users.get(id);
    if (!user) return;
    this.users.delete(id);
    for (const hub of this.hubs) {
      if (hub.instanceId !== user.hub) hub.notify((listener) => listener.onUserGone(id, departure));
    }
  }
}

/** One hub's view of the broker. */
export class FakeCluster implements Cluster {
  readonly isAlone = false;
  readonly epoch = "fake epoch";
  readonly instanceId: string;
  readonly lastId: number;
  isDead = false;
  readonly rooms = new Set<string>();
  /** The local users, as far as the hub knows: a user who has moved away stays until it handles that event. */
  readonly localUsers = new Set<string>();
  readonly #broker: FakeBroker;
  readonly #queue: (() => void)[] = [];
  /** Posts that are not accepted yet. */
  readonly #pending: Post[] = [];
  /** Those of them that have not reached the broker; anything may overtake them. */
  readonly #unsent: Post[] = [];
  #listener: ClusterListener | undefined;
  /** The id of the last message delivered to this hub. */
  #delivered: number;

  constructor(broker: FakeBroker, instanceId: string) {
    this.#broker = broker;
    this.instanceId = instanceId;
    this.lastId = this.#delivered = broker.messages.length;
  }

  get isOffline(): boolean {
    return this.#broker.isOffline;
  }

  /** Runs the next queued event; returns whether there was one. */
  step(): boolean {
    const event = this.#queue.shift();
    event?.();
    return event !== undefined;
  }

  /** Sends the oldest unsent post to the broker; returns whether there was one. */
  send(): boolean {
    const post = this.#unsent.shift();
    // It may have been accepted meanwhile, published by another hub.
    if (post && !this.isOffline && this.#pending.includes(post)) this.#accept(post);
    return post !== undefined;
  }

  notify(call: (listener: ClusterListener) => void): void {
    this.#queue.push(() => call(this.#listener!));
  }

  /** Queues the delivery of an accepted message. */
  deliver(message: BrokerMessage): void {
    const { posted, to, ref } = message;
    this.#queue.push(() => {
      this.#delivered++;
      // Published twice before it was accepted, it is still one message.
      const [post, ...duplicates] = this.#pending.filter((pending) =>
        pending.author.id === posted.author.id && pending.ref === ref
      );
      const isWanted = to === undefined
        ? this.rooms.has(posted.message.room)
        : this.localUsers.has(to);
      if (post) this.#onAccepted(post, message, "new");
      else if (isWanted) this.#listener!.onMessage(posted, to);
      for (const duplicate of duplicates) this.#onAccepted(duplicate, message, "duplicate");
    });
  }

  /** Sends all pending posts to the broker. */
  republish(): void {
    for (const post of [...this.#pending]) this.#accept(post);
  }

  sessionId(token: string): string {
    return `@${token}`;
  }

  attach(listener: ClusterListener): void {
    this.#listener = listener;
    for (const user of this.#broker.users.values()) listener.onUser(user);
    for (const rule of this.#broker.rules.values()) listener.onRule(withoutNews(rule));
  }

  publish(post: Post): void {
    this.#pending.push(post);
    this.#unsent.push(post);
  }

  claim(key: string, id: string, done: (outcome: ClaimOutcome) => void): void {
    this.#queue.push(() => {
      if (this.isOffline) return done("offline");
      const holder = this.#broker.claims.get(key) ?? id;
      if (holder !== id) return done("taken");
      this.#broker.claims.set(key, id);
      done("claimed");
    });
  }

  release(key: string, id: string): void {
    if (this.#broker.claims.get(key) === id) this.#broker.claims.delete(key);
  }

  openRoom(
    room: string,
    _after: number,
    done: (history: readonly Posted[] | undefined) => void,
  ): void {
    this.#queue.push(() => {
      if (this.isOffline) return done(undefined);
      this.rooms.add(room);
      const history = this.#broker.messages.slice(0, this.#delivered)
        .filter(({ posted, to }) => to === undefined && posted.message.room === room)
        .map(({ posted }) => posted);
      done(history);
    });
  }

  closeRoom(room: string): void {
    this.rooms.delete(room);
  }

  putUser(user: User): void {
    this.localUsers.add(user.id);
    this.#broker.put(user);
  }

  removeUser(id: string, departure: Departure): void {
    this.localUsers.delete(id);
    this.#broker.remove(id, departure);
  }

  takeUser(
    id: string,
    after: number,
    done: (moved: MovedUser | "offline" | undefined) => void,
  ): void {
    this.#queue.push(() => {
      const user = this.#broker.users.get(id);
      if (this.isOffline) return done("offline");
      if (!user?.canResume || user.hub === this.instanceId) return done(undefined);
      this.putUser({ ...user, hub: this.instanceId });
      const privateMessages = this.#broker.messages.slice(after, this.#delivered)
        .filter(({ to }) => to === id).map(({ posted }) => posted);
      done({ user: { ...user, hub: this.instanceId }, privateMessages });
    });
  }

  sendCommand(instanceId: string, command: RemoteCommand): void {
    const target = this.#broker.hubs.find((hub) => hub.instanceId === instanceId);
    target?.notify((listener) => listener.onCommand(command));
  }

  /** A place remains, as ids are the places of messages. */
  erase(ids: readonly number[]): void {
    for (const id of ids) {
      const { posted, ...rest } = this.#broker.messages[id - 1]!;
      const message = { ...posted.message, room: "", text: "" };
      this.#broker.messages[id - 1] = { ...rest, posted: { ...posted, message } };
    }
  }

  putRule(rule: Rule): void {
    const name = rule.kind === "room" ? `room ${rule.room}` : `${rule.kind} ${rule.key}`;
    this.#broker.rules.set(name, rule);
    for (const hub of this.#broker.hubs) {
      if (hub !== this) hub.notify((listener) => listener.onRule(rule));
    }
  }

  #accept(post: Post): void {
    const id = this.#broker.accept(post);
    const isDelivered = id <= this.#delivered;
    if (isDelivered) this.#onAccepted(post, this.#broker.messages[id - 1]!, "duplicate");
  }

  #onAccepted(
    post: Post,
    { posted: { message: { id, ts } } }: BrokerMessage,
    outcome: "new" | "duplicate",
  ): void {
    this.#pending.splice(this.#pending.indexOf(post), 1);
    post.message.id = id;
    post.message.ts = ts;
    post.onAccepted(outcome);
  }
}

function withoutNews(rule: Rule): Rule {
  if (rule.kind !== "room") return rule;
  return { kind: "room", room: rule.room, state: rule.state };
}
