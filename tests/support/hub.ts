/**
 * A hub without sockets or clocks, for tests of its rules: peers are lists of what they were sent, and a tick ends when
 * the test says so.
 */

import type { Lang } from "../../common/i18n/mod.ts";
import { decodeHubFrame, type HubFrame, PROTOCOL } from "../../common/protocol/frame.ts";
import type { History } from "../../server/history/mod.ts";
import { unfold } from "../../common/protocol/runs.ts";
import { LocalCluster } from "../../server/cluster/local.ts";
import type { Cluster } from "../../server/cluster/mod.ts";
import { MemoryHistory } from "../../server/history/memory.ts";
import { Hub } from "../../server/hub/hub.ts";
import { DEFAULT_LIMITS, type Limits } from "../../server/limits.ts";
import type { RateLimit } from "../../server/rate_limit.ts";
import type { Secret } from "../../server/model/password.ts";
import type { Session } from "../../server/model/session.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** So long a session waits whose connection broke. */
export const GRACE = 120_000;

export interface TestHubOptions {
  lang?: Lang;
  historyOnJoin?: number;
  history?: History;
  password?: string;
  modPassword?: string;
  motd?: string;
  limits?: Partial<Limits>;
  /** Whether the time of day stands still; else it goes on with each look at it. */
  isStill?: boolean;
  presence?: RateLimit;
  /** What lies between it and others; there are none unless given. */
  cluster?: Cluster;
  /** With what the ids begin that it makes. */
  name?: string;
}

/** A password as it is, for tests in which nobody listens. */
class PlainSecret implements Secret {
  readonly #secret: string;

  constructor(secret: string) {
    this.#secret = secret;
  }

  matches(given: string): boolean {
    return given === this.#secret;
  }
}

export class TestHub {
  readonly hub: Hub;
  now = 1_000_000;
  elapsed = 0;
  /** What was worth a line of the log. */
  readonly log: Record<string, unknown>[] = [];
  #flush: (() => void) | undefined;
  readonly #name: string;
  #ids = 0;
  #hosts = 0;

  /** Tells nothing of the history to who comes in, unless it is wanted. */
  constructor(
    {
      lang = "en",
      historyOnJoin = 0,
      history = new MemoryHistory(),
      password,
      modPassword,
      motd,
      limits,
      isStill = false,
      presence,
      cluster: elsewhere,
      name = "id",
    }: TestHubOptions = {},
  ) {
    this.#name = name;
    const now = () => isStill ? this.now : this.now++;
    const cluster = elsewhere ??
      new LocalCluster({ epoch: this.#randomId(), lastId: history.lastId, now });
    this.hub = new Hub({
      name: "chat test",
      lang,
      now,
      elapsed: () => this.elapsed,
      grace: GRACE,
      limits: { ...DEFAULT_LIMITS, ...limits },
      presence,
      schedule: (flush) => this.#flush = flush,
      cluster,
      randomId: () => this.#randomId(),
      history,
      historyOnJoin,
      ...(password === undefined ? {} : { password: new PlainSecret(password) }),
      ...(modPassword === undefined ? {} : { moderatorPassword: new PlainSecret(modPassword) }),
      ...(motd === undefined ? {} : { motd }),
      record: (event, fields) => this.log.push({ event, ...fields }),
    });
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

  /** So much time passes that who broke off is gone. */
  expire(): void {
    this.elapsed += GRACE;
    this.hub.sweep();
  }

  /** A connection that has said nothing yet, from a host of its own unless told. */
  connect(host?: string): TestPeer {
    return new TestPeer(this, host ?? `192.0.2.${++this.#hosts}`);
  }

  /** A member of the text dialect, with a nick; what it was told so far is forgotten. */
  textMember(nick: string): TestPeer {
    const peer = this.connect();
    peer.send(`/name ${nick}`);
    this.tick();
    peer.take();
    return peer;
  }

  /** A member of the frames dialect; what it was told so far is forgotten. */
  framesMember(nick: string): TestPeer {
    const peer = this.connect();
    peer.send(JSON.stringify({ type: "hello", protocol: PROTOCOL, nick }));
    this.tick();
    peer.take();
    return peer;
  }
}

export class TestPeer {
  session: Session;
  readonly #hub: TestHub;
  /** Chunks as they came, each what one tick (or one settling) brought. */
  readonly chunks: Uint8Array[] = [];
  isClosed = false;
  #taken = 0;

  constructor(hub: TestHub, host: string) {
    this.#hub = hub;
    this.session = hub.hub.attach({
      host,
      address: `${host}:1`,
      adopt: (session) => this.session = session,
      send: (bytes) => {
        if (this.isClosed) throw new Error("bytes after the close");
        this.chunks.push(bytes);
      },
      close: () => this.isClosed = true,
      resumeReading: () => {},
    });
  }

  /** A line from the peer. */
  send(line: string): void {
    this.#hub.hub.onLine(this.session, line);
  }

  /** The connection broke. */
  drop(): void {
    this.#hub.hub.detach(this.session);
    this.isClosed = true;
  }

  /** The lines since the last call. */
  take(): string[] {
    const text = this.chunks.slice(this.#taken).map((chunk) => utf8.decode(chunk)).join("");
    this.#taken = this.chunks.length;
    if (text === "") return [];
    if (!text.endsWith("\n")) throw new Error(`a line without its end: ${JSON.stringify(text)}`);
    return text.slice(0, -1).split("\n");
  }

  /** The frames since the last call of this or {@linkcode take}. */
  takeFrames(): HubFrame[] {
    return this.take().flatMap((line) => {
      const decoded = decodeHubFrame(line);
      if (decoded.kind !== "frame") throw new Error(`no frame: ${line}`);
      return unfold(decoded.frame);
    });
  }
}
