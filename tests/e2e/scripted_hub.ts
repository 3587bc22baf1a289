/** A hub that says only what a test tells it to say, and answers nothing by itself. For one client at a time. */

import { writeAll } from "../../common/cli/own_files.ts";
import type { HubFrame, WelcomeFrame } from "../../common/protocol/frame.ts";
import { PROTOCOL } from "../../common/protocol/frame.ts";

const utf8 = new TextEncoder();

/** The connections of one client to it, one after another. `using` closes everything. */
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

  /** Sends frames, also some that no honest hub would send. */
  async send(...frames: (HubFrame | Record<string, unknown>)[]): Promise<void> {
    await this.sendBytes(frames.map((frame) => JSON.stringify(frame) + "\n").join(""));
  }

  /** Sends whatever it is. Rejects when the client has closed the connection. */
  async sendBytes(data: string | Uint8Array): Promise<void> {
    await writeAll(this.#connection!, typeof data === "string" ? utf8.encode(data) : data);
  }

  /** Welcomes the client by a nick. */
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

  /** Accepts messages by their refs, now. */
  ack(...refs: unknown[]): Promise<void> {
    const ts = Date.now();
    return this.send(...refs.map((ref) => ({ type: "ack", ref, id: Number(ref), ts })));
  }

  /** Ends the connection without a word. */
  hangUp(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }

  /** Ends the connection, and takes no other one. */
  stop(): void {
    this.hangUp();
    this.#listener.close();
  }

  [Symbol.dispose](): void {
    this.hangUp();
    try {
      this.#listener.close();
    } catch {
      // it has stopped already
    }
  }
}
