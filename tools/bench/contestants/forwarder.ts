/**
 * The baseline: `deno run -A forwarder.ts PORT` forwards the bytes of each connection to all others, without lines or nicks.
 * Like the hub, it has one writer per connection and joins what is queued.
 *
 * A new connection is sent `+` and a line end; from then on it receives.
 */

/** Bytes of the read buffer: at first, and after a read that filled it. */
const MIN_BUFFER = 1024;
const MAX_BUFFER = 64 * 1024;

class Connection {
  readonly socket: Deno.TcpConn;
  #queue: Uint8Array[] = [];
  #isWriting = false;

  constructor(socket: Deno.TcpConn) {
    this.socket = socket;
  }

  send(bytes: Uint8Array): void {
    this.#queue.push(bytes);
    if (!this.#isWriting) this.#write();
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    try {
      while (this.#queue.length > 0) {
        let chunk = join(this.#queue.splice(0));
        while (chunk.length > 0) chunk = chunk.subarray(await this.socket.write(chunk));
      }
    } catch {
      return; // disconnected: its read fails too
    }
    this.#isWriting = false;
  }
}

function join(chunks: Uint8Array[]): Uint8Array {
  if (chunks.length === 1) return chunks[0]!;
  const joined = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    joined.set(chunk, at);
    at += chunk.length;
  }
  return joined;
}

const GREETING = new TextEncoder().encode("+\n");
const connections = new Set<Connection>();

async function serve(connection: Connection): Promise<void> {
  connections.add(connection);
  connection.send(GREETING);
  try {
    let buffer = new Uint8Array(MIN_BUFFER);
    for (let size; (size = await connection.socket.read(buffer)) !== null;) {
      const bytes = buffer.slice(0, size);
      for (const other of connections) if (other !== connection) other.send(bytes);
      if (size === buffer.length && size < MAX_BUFFER) buffer = new Uint8Array(MAX_BUFFER);
    }
  } catch {
    // reset
  }
  connections.delete(connection);
  connection.socket.close();
}

const listener = Deno.listen({
  hostname: "127.0.0.1",
  port: Number(Deno.args[0]),
  tcpBacklog: 4096,
});
for (;;) {
  try {
    const socket = await listener.accept();
    socket.setNoDelay(true);
    serve(new Connection(socket));
  } catch {
    // disconnected before it was accepted
  }
}
