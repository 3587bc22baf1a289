/**
 * The floor: forwards the bytes of each connection to all others, and knows no lines and no names. It has one writer for
 * each connection and joins what waits, as the hub does; what a hub takes longer than this is what being a hub costs.
 *
 * `deno run -A forwarder.ts PORT`. Whoever comes gets a `+` and a line end: it is heard from then on.
 */

/** Small for who says nothing, and large for good for who has said much. */
const MIN_BUFFER = 1024;
const MAX_BUFFER = 64 * 1024;

class Connection {
  readonly socket: Deno.TcpConn;
  #waiting: Uint8Array[] = [];
  #writing = false;

  constructor(socket: Deno.TcpConn) {
    this.socket = socket;
  }

  send(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
    if (!this.#writing) this.#write();
  }

  async #write(): Promise<void> {
    this.#writing = true;
    try {
      while (this.#waiting.length > 0) {
        let chunk = join(this.#waiting.splice(0));
        while (chunk.length > 0) chunk = chunk.subarray(await this.socket.write(chunk));
      }
    } catch {
      return; // it is gone, as its read says too
    }
    this.#writing = false;
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
    // it was reset
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
    // it was gone before it was accepted
  }
}
