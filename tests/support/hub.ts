/**
 * A hub without sockets or clocks, for tests of its rules: peers are lists of what they were sent, and a tick ends when
 * the test says so.
 */

import type { Lang } from "../../i18n/mod.ts";
import { decodeHubFrame, type HubFrame, PROTOCOL } from "../../protocol/frame.ts";
import { MemoryHistory } from "../../server/history/memory.ts";
import type { History } from "../../server/history/mod.ts";
import { Hub } from "../../server/hub.ts";
import type { Session } from "../../server/session.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });

export class TestHub {
  readonly hub: Hub;
  now = 1_000_000;
  #flush: (() => void) | undefined;
  #ids = 0;

  /** Tells nothing of the history to who comes in, unless it is wanted. */
  constructor(
    { lang = "en", recalled = 0, history = new MemoryHistory() }: {
      lang?: Lang;
      recalled?: number;
      history?: History;
    } = {},
  ) {
    this.hub = new Hub({
      name: "chat test",
      lang,
      now: () => this.now++,
      schedule: (flush) => this.#flush = flush,
      randomId: () => `id${++this.#ids}`,
      history,
      recalled,
    });
  }

  /** Ends the tick. */
  tick(): void {
    const flush = this.#flush;
    this.#flush = undefined;
    flush?.();
  }

  /** A connection that has said nothing yet. */
  connect(): TestPeer {
    return new TestPeer(this);
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
  readonly session: Session;
  readonly #hub: TestHub;
  /** Chunks as they came, each what one tick (or one settling) brought. */
  readonly chunks: Uint8Array[] = [];
  isClosed = false;
  #taken = 0;

  constructor(hub: TestHub) {
    this.#hub = hub;
    this.session = hub.hub.attach({
      send: (bytes) => {
        if (this.isClosed) throw new Error("bytes after the close");
        this.chunks.push(bytes);
      },
      close: () => this.isClosed = true,
    });
  }

  /** A line from the peer. */
  send(line: string): void {
    this.#hub.hub.receive(this.session, line);
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
    return this.take().map((line) => {
      const decoded = decodeHubFrame(line);
      if (decoded.kind !== "frame") throw new Error(`no frame: ${line}`);
      return decoded.frame;
    });
  }
}
