/** A TCP connection of the hub. What it is given goes out at once, where the system lets us, and never after it is closed. */

import { attempt } from "../../common/result.ts";
import type { DirectSend } from "./direct_send.ts";
import type { PeerSocket } from "./socket.ts";

export class HubTcpSocket implements PeerSocket {
  readonly #conn: Deno.TcpConn;
  readonly #direct: DirectSend | undefined;
  #descriptor: number | undefined;

  constructor(conn: Deno.TcpConn, direct?: DirectSend) {
    this.#conn = conn;
    this.#direct = direct;
    attempt(() => { // as it throws if the peer has reset the connection
      conn.setNoDelay(true);
      conn.setKeepAlive(true);
      this.#descriptor = direct?.take(conn);
    });
  }

  get remoteAddr(): Deno.Addr {
    return this.#conn.remoteAddr;
  }

  get localAddr(): Deno.Addr {
    return this.#conn.localAddr;
  }

  read(buffer: Uint8Array): Promise<number | null> {
    return this.#conn.read(buffer);
  }

  tryWrite(bytes: Uint8Array): number {
    return this.#descriptor === undefined ? 0 : this.#direct!.send(this.#descriptor, bytes);
  }

  write(bytes: Uint8Array): Promise<number> {
    return this.#conn.write(bytes);
  }

  closeWrite(): Promise<void> {
    return this.#conn.closeWrite();
  }

  close(): void {
    if (this.#descriptor !== undefined) this.#direct!.release(this.#descriptor);
    this.#descriptor = undefined;
    this.#conn.close();
  }
}
