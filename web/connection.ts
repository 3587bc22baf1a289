/** The page's connection to its hub: a WebSocket in the place of the client's TCP socket. */

import { CONNECT_TIMEOUT, HubConnection } from "../client/net/connection.ts";
import type { HubSocket } from "../client/net/tls_socket.ts";
import type { Hello } from "../client/session/conversation.ts";
import { type Address, formatAddress } from "../common/cli/address.ts";
import { Failure } from "../common/cli/failure.ts";
import { within } from "../common/cli/timers.ts";

const utf8 = new TextEncoder();
const decoder = new TextDecoder();

/** Connects and sends the hello. @throws {Failure} if it cannot. @throws the signal's reason if it aborts first. */
export async function connect(
  url: string,
  address: Address,
  hello: Hello,
  signal: AbortSignal,
): Promise<HubConnection> {
  const web = new WebSocket(url);
  const socket = openSocket(web);
  const opening = new Promise((resolve) => {
    for (const type of ["open", "close"]) web.addEventListener(type, resolve);
  });
  await within(opening, { milliseconds: CONNECT_TIMEOUT, signal });
  if (web.readyState === WebSocket.OPEN) return new HubConnection(socket, address, hello);
  socket.close();
  signal.throwIfAborted();
  throw new Failure("page.unreachable", { address: formatAddress(address) });
}

/** One write is one message; a read gets a message, or the next part of one. */
export function openSocket(web: WebSocket): HubSocket {
  const reader = new ReadableStream<Uint8Array>({
    start(controller) {
      web.onmessage = ({ data }) => controller.enqueue(utf8.encode(data));
      web.onclose = () => controller.close();
    },
  }).getReader();
  let unread: Uint8Array = new Uint8Array();
  return {
    async read(buffer) {
      if (unread.length === 0) {
        const { value } = await reader.read();
        if (value === undefined) return null;
        unread = value;
      }
      const part = unread.subarray(0, buffer.length);
      buffer.set(part);
      unread = unread.subarray(part.length);
      return part.length;
    },
    write(bytes) {
      web.send(decoder.decode(bytes));
      return Promise.resolve(bytes.length);
    },
    /** Ends a waiting read at once: a browser may wait long for the other side. */
    close() {
      web.onmessage = web.onclose = null;
      web.close();
      void reader.cancel();
    },
  };
}
