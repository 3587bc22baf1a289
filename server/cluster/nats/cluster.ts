/** The cluster over NATS: connects its parts, renews this hub's lease, and cleans up after dead hubs. */

import { pause, within } from "../../../common/cli/timers.ts";
import type { Retention } from "../../history/mod.ts";
import type { Log } from "../../log.ts";
import { TokenBucket } from "../../../common/rate_limit.ts";
import type { Departure, RemoteCommand, Rule, User } from "../../types.ts";
import type { ClaimOutcome, Cluster, ClusterListener, OnHistory, OnTaken, Post } from "../mod.ts";
import type { JetStreamClient } from "./client.ts";
import { decodeCommand, encodeRecord } from "./codec.ts";
import { type NatsContext, requestEach } from "./context.ts";
import { Directory } from "./directory.ts";
import { hasCode, NO_STREAM } from "./failures.ts";
import { Leases } from "./leases.ts";
import { NickClaims } from "./nick_claims.ts";
import { StreamPositions } from "./positions.ts";
import { Publisher } from "./publisher.ts";
import { Recovery } from "./recovery.ts";
import type { StreamMessage } from "./stream_reader.ts";
import { ensureStreams, retryUntilReady } from "./streams.ts";
import { Subjects } from "./subjects.ts";
import { Subscriber } from "./subscriber.ts";
import type { Timeouts } from "./timeouts.ts";
import type { TimerScope } from "./timers.ts";

export interface NatsClusterDeps {
  readonly instanceId: string;
  /** The name of the chat: hubs with the same name are one chat. */
  readonly cluster: string;
  readonly keep: Retention;
  /** Grace period in milliseconds. */
  readonly grace: number;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly timeouts: Timeouts;
  readonly clock: TimerScope;
  readonly sessionId: (token: string) => string;
}

/** Milliseconds that private messages are kept beyond the grace period. */
const PRIVATE_MESSAGE_MARGIN = 60_000;

export class NatsCluster implements Cluster {
  readonly isAlone = false;
  readonly epoch: string;
  readonly instanceId: string;
  readonly lastId: number;
  readonly sessionId: (token: string) => string;
  readonly #context: NatsContext & { readonly clock: TimerScope; readonly log: Log };
  readonly #leases: Leases;
  readonly #subscriber: Subscriber;
  readonly #publisher: Publisher;
  readonly #directory: Directory;
  readonly #nickClaims: NickClaims;
  readonly #positions: StreamPositions;
  readonly #recovery: Recovery;
  #listener: ClusterListener | undefined;
  #isClosed = false;
  /** Resolves when the last command is sent. */
  #lastCommand: Promise<void> = Promise.resolve();

  /** @throws {NoResponse | JetStreamApiError} */
  static async open(client: JetStreamClient, deps: NatsClusterDeps): Promise<NatsCluster> {
    const { log, cluster } = deps;
    const subjects = new Subjects(cluster);
    const { stream, replicas } = await ensureStreams(client, { ...deps, subjects });
    log.info("connected to NATS", { server: client.server, stream: subjects.stream, replicas });
    const opened = new NatsCluster(client, subjects, deps, stream);
    await opened.#start();
    return opened;
  }

  private constructor(
    client: JetStreamClient,
    subjects: Subjects,
    { instanceId, clock, timeouts, grace, log, now, sessionId }: NatsClusterDeps,
    { created, state: { last_seq: last } }: { created: string; state: { last_seq: number } },
  ) {
    this.epoch = epochOf(created);
    this.instanceId = instanceId;
    this.lastId = last;
    this.sessionId = sessionId;
    const budget = new TokenBucket({ rate: 1, burst: 1 }, () => clock.now()); // in lines of the log
    let dropped = 0;
    const reportInvalid = (subject: string, reason: string) => {
      dropped++;
      if (!budget.tryTake(1)) return;
      log.warning("dropped invalid records", { subject, reason, dropped });
      dropped = 0;
    };
    const common = { subjects, instanceId, client, clock, timeouts, log, reportInvalid };
    this.#context = common;
    const old = grace + PRIVATE_MESSAGE_MARGIN;
    this.#positions = new StreamPositions(clock, { old, delivered: timeouts.delivered });
    this.#positions.add(last);
    this.#recovery = new Recovery({
      ...common,
      deliveredUpTo: () => this.#positions.delivered,
      restore: (from) => this.#restore(from),
      setPaused: (isPaused) => this.#setPaused(isPaused),
      whenDelivered: () => this.#subscriber.whenIdle(),
      onOffline: (isOffline) => this.#onOffline(isOffline),
    });
    const onFailure = (reason = "cannot read what is missing") => this.#recovery.goOffline(reason);
    this.#directory = new Directory({
      ...common,
      lastRoomPosition: (id) => this.#publisher.lastRoomPositions.get(id),
      isUndelivered: (room, seq) => this.#subscriber.isUndelivered(room, seq),
      onRevision: () => this.#subscriber.onRevision(),
      onTakenOver: (id) => this.#forgetUser(id),
      onWronglyRemoved: (user) => void this.#reclaimNick(user),
      onFailure,
    });
    this.#leases = new Leases({
      ...common,
      onMissed: () => {
        if (!this.isOffline) this.#recovery.start();
      },
    });
    this.#subscriber = new Subscriber({
      ...common,
      directory: this.#directory,
      onMessage: (posted, to) => this.#listener?.onMessage(posted, to),
      onOwnPost: (message, isOld) => this.#publisher.onDelivered(message, isOld),
      streamPosition: () => this.#positions.last,
      onFailure,
    });
    this.#publisher = new Publisher({
      ...common,
      directory: this.#directory,
      subscriber: this.#subscriber,
      now,
      onFailure,
    });
    this.#nickClaims = new NickClaims({
      ...common,
      isValid: (claim) => this.#leases.isAlive(claim.hub) || this.#directory.has(claim.id),
      isOffline: () => this.isOffline,
    });
  }

  get isOffline(): boolean {
    return this.#recovery.isOffline;
  }

  attach(listener: ClusterListener): void {
    this.#listener = listener;
    this.#directory.attach(listener);
    if (this.isOffline) listener.onOffline(true);
  }

  publish(post: Post): void {
    this.#publisher.publish(post);
  }

  claim(key: string, id: string, done: (outcome: ClaimOutcome) => void): void {
    this.#nickClaims.claim(key, id).then(done);
  }

  release(key: string, id: string): void {
    this.#nickClaims.release(key, id);
  }

  openRoom(room: string, after: number, done: OnHistory): void {
    this.#subscriber.openRoom(room, after, done);
  }

  closeRoom(room: string): void {
    this.#subscriber.closeRoom(room);
  }

  putUser(user: User): void {
    this.#subscriber.openPrivate(user.id);
    this.#directory.put({ ...user, hub: this.instanceId });
  }

  removeUser(id: string, departure: Departure): void {
    this.#directory.remove(id, departure);
    this.#forgetUser(id);
  }

  takeUser(id: string, after: number, done: OnTaken): void {
    const known = this.#directory.remoteUsers.get(id);
    if (this.isOffline) return done("offline");
    if (!known) return done(undefined);
    this.#takeOver(id, known.user.hub, after).then((finish) => finish(done), () => {
      this.#subscriber.closePrivate(id);
      done("offline");
    });
  }

  /** Waits for rules to be written: a user whom a command dismisses must not meet a hub that lacks the ban. */
  sendCommand(instanceId: string, command: RemoteCommand): void {
    const { client, subjects } = this.#context;
    const send = () =>
      client.publish(subjects.commands(instanceId), encodeRecord({ order: command }));
    this.#lastCommand = Promise.all([this.#lastCommand, this.#directory.whenRulesWritten()])
      .then(send);
  }

  erase(ids: readonly number[]): void {
    const { client, subjects: { stream }, log } = this.#context;
    // Overwrites each where it is stored, so that nothing of it stays.
    const remove = (id: number) =>
      client.request((api) => api.streams.deleteMessage(stream, id, true));
    requestEach(ids, remove).catch((error) =>
      log.error("messages not erased", { ids: ids.join(), error: `${error}` })
    );
  }

  putRule(rule: Rule): void {
    this.#directory.putRule(rule);
  }

  /** Gives up the lease and disconnects. Takes a few seconds at most. */
  async shutdown(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#recovery.close();
    const { client, clock, timeouts } = this.#context;
    const limit = { milliseconds: timeouts.dependency, clock };
    const writes = Promise.all([this.#directory.whenAllWritten(), this.#nickClaims.whenReleased()]);
    await within(writes.catch(() => {}), limit);
    this.#subscriber.close();
    this.#directory.close();
    this.#publisher.pause();
    this.#nickClaims.close();
    await within(this.#leases.write({ isEnd: true }).catch(() => {}), limit);
    await client.close();
    clock.close();
  }

  async #start(): Promise<void> {
    const { client, subjects, clock, timeouts } = this.#context;
    client.onDisconnected = () => this.#recovery.goOffline("the connection broke");
    const commands = subjects.commands(this.instanceId);
    client.subscribe(commands, (message) => this.#onCommand(message));
    this.#leases.start();
    this.#subscriber.start();
    this.#directory.start();
    const load = async () => {
      await this.#leases.write();
      await this.#leases.read();
      await this.#directory.reload();
    };
    // Streams that were just created may not have a leader yet.
    await retryUntilReady(load, clock.now() + timeouts.open, { clock, timeouts });
    this.#every(timeouts.leaseRenewal, () => this.#renewLease());
    this.#every(timeouts.check, () => this.#check());
    this.#every(timeouts.sample, () => this.#samplePosition());
    this.#every(timeouts.purge, () => this.#purgePrivate());
  }

  /** Runs a task again and again, this many milliseconds after it ended. A failure is left to the next run. */
  #every(milliseconds: number, run: () => Promise<void>): void {
    const again = async () => {
      await run().catch(() => {});
      if (!this.#isClosed) this.#context.clock.after(milliseconds, again);
    };
    this.#context.clock.after(milliseconds, again);
  }

  async #renewLease(): Promise<void> {
    if (this.isOffline) return;
    await this.#leases.write().catch((error) => this.#recovery.goOffline(error.message));
  }

  #onOffline(isOffline: boolean): void {
    if (isOffline) this.#publisher.pause();
    this.#listener?.onOffline(isOffline);
    if (!isOffline) this.#publisher.resume();
  }

  #setPaused(isPaused: boolean): void {
    for (const part of [this.#directory, this.#subscriber]) {
      isPaused ? part.pause() : part.resume();
    }
  }

  async #restore(from: number): Promise<void> {
    const last = await this.#checkStream();
    await this.#leases.write();
    this.#leases.restart();
    await this.#directory.reload();
    await this.#subscriber.catchUp(from, last);
    this.#positions.add(last);
  }

  /** Returns the last sequence number. @throws {Error} if this is not the stream that the hub started with. */
  async #checkStream(): Promise<number> {
    const { client, subjects } = this.#context;
    const found = await client.streamInfo(subjects.stream).catch((error) => {
      if (!hasCode(error, NO_STREAM)) throw error;
    });
    if (found && epochOf(found.created) === this.epoch) return found.state.last_seq;
    throw new Error("the servers have lost the chat, or have another one: start this hub again");
  }

  async #samplePosition(): Promise<void> {
    if (this.isOffline) return;
    const { client, subjects } = this.#context;
    const { state } = await client.streamInfo(subjects.stream);
    this.#positions.add(state.last_seq);
  }

  async #purgePrivate(): Promise<void> {
    const { old } = this.#positions;
    if (this.isOffline || old === 0) return;
    const { client, subjects: { stream, privateMessages } } = this.#context;
    await client.purge(stream, privateMessages, old);
  }

  async #check(): Promise<void> {
    if (this.isOffline) return;
    await this.#removeOrphans();
    await this.#subscriber.checkNextRoom();
  }

  /** Removes the users of dead hubs, if this hub is the leader; and those that this hub took over only halfway. */
  async #removeOrphans(): Promise<void> {
    const { remoteUsers } = this.#directory;
    const hubs = new Set(remoteUsers.values().map(({ user }) => user.hub));
    const deadHubs = this.#leases.findDead(hubs);
    const isLeader = this.#leases.isLeader;
    const orphans = remoteUsers.values().filter(({ user: { hub } }) =>
      deadHubs.has(hub) && (isLeader || hub === this.instanceId)
    );
    await requestEach(orphans, async ({ user: { id, key } }) => {
      await this.#directory.removeOrphan(id);
      this.#nickClaims.release(key, id);
    });
    if (isLeader) await this.#directory.purgeTombstones();
  }

  async #takeOver(id: string, from: string, after: number): Promise<(done: OnTaken) => void> {
    const finishLoading = await this.#subscriber.loadPrivate(id, after);
    const user = await this.#directory.takeOver(id, from);
    if (!user) throw new Error("another hub took the user first");
    return (done) =>
      finishLoading((privateMessages) =>
        done(privateMessages ? { user, privateMessages } : "offline")
      );
  }

  #forgetUser(id: string): void {
    this.#subscriber.closePrivate(id);
    this.#publisher.lastRoomPositions.delete(id);
  }

  /** Claims a local user's nick again after another hub freed it, or dismisses the user if the nick is taken. */
  async #reclaimNick({ id, key }: User): Promise<void> {
    for (;;) {
      const outcome = await this.#nickClaims.claim(key, id);
      if (outcome === "claimed" || this.#isClosed || !this.#directory.isLocal(id)) return;
      if (outcome === "taken") {
        return this.#listener?.onCommand({ kind: "dismiss", id, code: "shutdown", params: {} });
      }
      await pause(this.#context.timeouts.retry, this.#context.clock);
    }
  }

  #onCommand({ subject, data }: StreamMessage): void {
    const decoded = decodeCommand(data);
    if (decoded.ok) this.#listener?.onCommand(decoded.value);
    else this.#context.reportInvalid(subject, decoded.error);
  }
}

/** The epoch is the stream's creation time: ids start over with a new stream. */
function epochOf(created: string): string {
  return created.replace(/\D/g, "");
}
