/** A hub without sockets or clocks: its peers are lists of what they were sent, and the test ends each tick. */

import { networkOf } from "../../common/protocol/ip.ts";
import { type HubFrame, PROTOCOL } from "../../common/protocol/frame.ts";
import { decodeHubFrame } from "../../common/protocol/frame_codec.ts";
import { unfold } from "../../common/protocol/runs.ts";
import { LocalCluster } from "../../server/cluster/local.ts";
import type { Cluster } from "../../server/cluster/mod.ts";
import { MemoryHistory } from "../../server/history/memory.ts";
import type { HubOptions } from "../../server/hub/api.ts";
import { Hub } from "../../server/hub/hub.ts";
import { DEFAULT_LIMITS, type Limits } from "../../server/limits.ts";
import type { Secret } from "../../server/model/password.ts";
import type { Session } from "../../server/model/session.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The events of each session. */
export const VISITS: readonly string[] = ["joined", "resumed", "renamed", "left"];
/** Grace period of a session whose connection broke, in milliseconds. */
export const GRACE = 120_000;
/** That of a page, in milliseconds. */
export const WEB_GRACE = 900_000;

/** A password that needs no hashing, since nothing can measure the time that comparing it takes. */
export function plainSecret(secret: string): Secret {
  return { matches: (attempt) => attempt === secret };
}

/** The options of a hub that is alone, in memory and without a grace period. A test gives what it needs otherwise. */
export function hubOptions(given: Partial<HubOptions> = {}): HubOptions {
  const { now = Date.now, history = new MemoryHistory() } = given;
  return {
    name: "chat test",
    host: "hub.test",
    lang: "en",
    now,
    elapsed: now,
    grace: 0,
    webGrace: 0,
    limits: DEFAULT_LIMITS,
    schedule: queueMicrotask,
    random: Math.random,
    randomId: () => crypto.randomUUID(),
    history,
    cluster: new LocalCluster({ epoch: "e", lastId: history.lastId, now }),
    historyOnJoin: 0,
    record: () => {},
    ...given,
  };
}

export interface TestHubOptions extends
  Partial<
    Pick<
      HubOptions,
      "lang" | "historyOnJoin" | "history" | "presence" | "moderatorPassword"
    >
  > {
  password?: string;
  modPassword?: string;
  motd?: string;
  limits?: Partial<Limits>;
  /** Whether the time of day stands still; otherwise each look at it advances it by 1 ms. */
  isStill?: boolean;
  /** Connects it to other hubs; it is alone by default. */
  cluster?: Cluster;
  /** Prefix of the ids that it makes. */
  name?: string;
  /** The time of day at its start, in milliseconds since 1970. */
  start?: number;
}

export class TestHub {
  readonly hub: Hub;
  now: number;
  elapsed = 0;
  /** The events that were logged, and apart from them those of sessions: joined, resumed, renamed and left. */
  readonly log: Record<string, unknown>[] = [];
  readonly visits: Record<string, unknown>[] = [];
  #flush: (() => void) | undefined;
  readonly #name: string;
  #ids = 0;
  #hosts = 0;

  /** Replays no history to whoever joins, unless a test gives `historyOnJoin`. */
  constructor(
    {
      password,
      modPassword,
      motd,
      limits,
      isStill = false,
      history = new MemoryHistory(),
      cluster,
      name = "id",
      start = 1_000_000,
      ...others
    }: TestHubOptions = {},
  ) {
    this.#name = name;
    this.now = start;
    const now = () => isStill ? this.now : this.now++;
    const epoch = this.#randomId();
    this.hub = new Hub(hubOptions({
      ...others,
      now,
      elapsed: () => this.elapsed,
      grace: GRACE,
      webGrace: WEB_GRACE,
      limits: { ...DEFAULT_LIMITS, ...limits },
      schedule: (flush) => this.#flush = flush,
      cluster: cluster ?? new LocalCluster({ epoch, lastId: history.lastId, now }),
      randomId: () => this.#randomId(),
      history,
      motd: () => motd,
      ...(password === undefined ? {} : { password: plainSecret(password) }),
      ...(modPassword === undefined ? {} : { moderatorPassword: plainSecret(modPassword) }),
      record: (event, fields) =>
        (VISITS.includes(event) ? this.visits : this.log).push({ event, ...fields }),
    }));
  }

  #randomId(): string {
    return `${this.#name}${++this.#ids}`;
  }

  /** Ends the tick. */
  tick(): void {
    const flush = this.#flush;
    this.#flush = undefined;
    flush?.();
  }

  /** Lets the grace period pass: sessions whose connection broke end. */
  expire(): void {
    this.elapsed += GRACE;
    this.hub.sweep();
  }

  /** A connection that has sent nothing yet, from a host of its own by default. */
  connect(host?: string, { isPage }: { isPage?: boolean } = {}): TestPeer {
    return new TestPeer(this, host ?? `192.0.2.${++this.#hosts}`, isPage);
  }

  /** A text member with a nick, who has taken what it received so far. */
  textMember(nick: string, host?: string): TestPeer {
    const peer = this.connect(host);
    peer.send(`/name ${nick}`);
    this.tick();
    peer.take();
    return peer;
  }

  /** Text members with these nicks, each of whom has taken the joins of the others too. */
  textMembers<const Nicks extends readonly string[]>(
    ...nicks: Nicks
  ): { [Index in keyof Nicks]: TestPeer } {
    const peers = nicks.map((nick) => this.textMember(nick));
    this.tick();
    for (const peer of peers) peer.take();
    return peers as { [Index in keyof Nicks]: TestPeer };
  }

  /** A frames member with a nick, who has taken what it received so far. */
  framesMember(nick: string, how?: { isPage?: boolean }): TestPeer {
    const peer = this.connect(undefined, how);
    peer.hello({ nick });
    this.tick();
    peer.take();
    return peer;
  }
}

/** A hub with a moderator called mod, and other members, who have taken what they received so far. */
export function moderatedHub<const Nicks extends readonly string[]>(...nicks: Nicks) {
  const test = new TestHub({ modPassword: "tiza" });
  const mod = test.textMember("mod");
  mod.send("/mod tiza");
  const others = test.textMembers(...nicks);
  mod.take();
  test.log.length = 0;
  return { test, mod, others };
}

export class TestPeer {
  session: Session;
  readonly #hub: TestHub;
  /** Everything that it was sent: a chunk for each flush. */
  readonly chunks: Uint8Array[] = [];
  isClosed = false;
  #taken = 0;

  constructor(hub: TestHub, host: string, isPage?: boolean) {
    this.#hub = hub;
    this.session = hub.hub.attach({
      host,
      isPage,
      network: networkOf(host),
      address: `${host}:1`,
      adopt: (session) => this.session = session,
      send: (bytes) => {
        if (this.isClosed) throw new Error("bytes were sent after the close");
        this.chunks.push(bytes);
      },
      close: () => this.isClosed = true,
      resumeReading: () => {},
    });
  }

  /** Sends lines to the hub. */
  send(...lines: string[]): void {
    for (const line of lines) this.#hub.hub.onLine(this.session, line);
  }

  /** Sends a frame; not typed, so that a test can send a bad one. */
  sendFrame(frame: Record<string, unknown>): void {
    this.send(JSON.stringify(frame));
  }

  say(ref: string, text: string): void {
    this.sendFrame({ type: "say", ref, text });
  }

  command(ref: string, line: string): void {
    this.sendFrame({ type: "command", ref, line });
  }

  /** Sends a `hello` with these fields. */
  hello(fields: Record<string, unknown> = {}): void {
    this.sendFrame({ type: "hello", protocol: PROTOCOL, ...fields });
  }

  /** The connection broke. */
  drop(): void {
    this.#hub.hub.detach(this.session);
    this.isClosed = true;
  }

  /** The lines received since the last call. */
  take(): string[] {
    const text = this.chunks.slice(this.#taken).map((chunk) => utf8.decode(chunk)).join("");
    this.#taken = this.chunks.length;
    if (text === "") return [];
    if (!text.endsWith("\n")) throw new Error(`a line without LF: ${JSON.stringify(text)}`);
    return text.slice(0, -1).split("\n");
  }

  /** Sends lines, ends the tick, and returns the lines received since the last call of {@linkcode take}. */
  ask(...lines: string[]): string[] {
    this.send(...lines);
    this.#hub.tick();
    return this.take();
  }

  /** As {@linkcode takeTimed}, but only messages, tags and acks keep their time. */
  takeFrames(): HubFrame[] {
    return this.takeTimed().map((frame) => {
      const { type } = frame;
      if (type === "message" || type === "tags" || type === "ack" || !("ts" in frame)) return frame;
      const { ts: _, ...told } = frame;
      return told;
    });
  }

  /** The frames received since the last call of this or {@linkcode take}. */
  takeTimed(): HubFrame[] {
    return this.take().flatMap((line) => {
      const decoded = decodeHubFrame(line);
      if (decoded.kind !== "frame") throw new Error(`not a frame: ${line}`);
      return unfold(decoded.frame);
    });
  }

  /** What {@linkcode takeFrames} takes, each frame as its type and its code, if it has one. */
  takeCodes(): string[] {
    return this.takeFrames().map((frame) =>
      "code" in frame ? `${frame.type} ${frame.code}` : frame.type
    );
  }
}
