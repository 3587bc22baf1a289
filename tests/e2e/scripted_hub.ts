/** A hub that sends only what a test makes it send, to one client at a time. */

import { writeAll } from "../../common/cli/write_all.ts";
import type { HubFrame, WelcomeFrame } from "../../common/protocol/frame.ts";
import { PROTOCOL } from "../../common/protocol/frame.ts";

const utf8 = new TextEncoder();

/** The frame of a message of bob's. */
export function said(text: string, fields: Record<string, unknown> = {}) {
  const ts = Date.now();
  return { type: "message", id: 1, room: "general", nick: "bob", text, ts, kind: "say", ...fields };
}

/** Serves the connections of one client, one after another. `using` closes everything. */
export class ScriptedHub {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #buffer = new Uint8Array(65_536);
  #decoder = new TextDecoder();
  #connection: Deno.Conn | undefined;
  #text = "";

  get port(): number {
    return this.#listener.addr.port;
  }

  /** Waits for the client's next connection; its first frame is its `hello`. */
  async accept(): Promise<void> {
    this.hangUp();
    this.#connection = await this.#listener.accept();
    this.#decoder = new TextDecoder();
    this.#text = "";
  }

  /** The next frame of the client, or undefined at the end of the connection. */
  async frame(): Promise<Record<string, unknown> | undefined> {
    for (;;) {
      const end = this.#text.indexOf("\n");
      if (end !== -1) {
        const line = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 1);
        return JSON.parse(line);
      }
      const size = await this.#connection!.read(this.#buffer);
      if (size === null) return undefined;
      this.#text += this.#decoder.decode(this.#buffer.subarray(0, size), { stream: true });
    }
  }

  /** Sends frames, valid or not. */
  async send(...frames: (HubFrame | Record<string, unknown>)[]): Promise<void> {
    await this.sendBytes(frames.map((frame) => JSON.stringify(frame) + "\n").join(""));
  }

  /** Sends raw data. Rejects if the client has closed the connection. */
  async sendBytes(data: string | Uint8Array): Promise<void> {
    await writeAll(this.#connection!, typeof data === "string" ? utf8.encode(data) : data);
  }

  /** Welcomes the client with a nick. */
  welcome(nick: string, fields: Partial<WelcomeFrame> = {}): Promise<void> {
    return this.send({
      type: "welcome",
      protocol: PROTOCOL,
      hub: "scripted",
      epoch: "1",
      token: "2",
      nick,
      room: "general",
      members: [nick],
      count: 1,
      limits: { line: 65_536 },
      ...fields,
    });
  }

  /** Acks messages by their refs. */
  ack(...refs: unknown[]): Promise<void> {
    const ts = Date.now();
    return this.send(...refs.map((ref) => ({ type: "ack", ref, id: Number(ref), ts })));
  }

  /** Closes the connection without a bye. */
  hangUp(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }

  /** Closes the connection, and accepts no more. */
  stop(): void {
    this.hangUp();
    this.#listener.close();
  }

  [Symbol.dispose](): void {
    this.hangUp();
    try {
      this.#listener.close();
    } catch {
      // stopped already
    }
  }
}
