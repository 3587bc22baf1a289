import { assertEquals } from "@std/assert";
import { DenoTransport } from "../../../../../server/cluster/nats/transport.ts";

const INFO = 'INFO {"server_id":"a","version":"2.9.10","proto":1,"max_payload":1000}\r\n';

Deno.test("bytes that arrive while a transport is discarded do not reach the next one's parser", async () => {
  const reads: PromiseWithResolvers<number>[] = [];
  const conn = {
    setNoDelay() {},
    close() {},
    read(bytes: Uint8Array): Promise<number> {
      if (reads.length === 0) bytes.set(new TextEncoder().encode(INFO));
      const read = Promise.withResolvers<number>();
      if (reads.push(read) === 1) read.resolve(INFO.length);
      return read.promise;
    },
  };
  const { connect } = Deno;
  Deno.connect = (() => Promise.resolve(conn)) as unknown as typeof Deno.connect;
  try {
    const transport = new DenoTransport();
    await transport.connect({ hostname: "nats", port: 4222 } as never, {});
    const received = transport[Symbol.asyncIterator]();
    await received.next(); // the INFO line
    const next = received.next();
    reads[1]!.resolve(5);
    transport.discard();
    assertEquals(await next, { done: true, value: undefined });
  } finally {
    Deno.connect = connect;
  }
});
