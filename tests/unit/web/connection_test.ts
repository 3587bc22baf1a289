/** The page's socket over a WebSocket that the test drives. */

import { assertEquals, assertRejects } from "@std/assert";
import { HubConnection } from "../../../client/net/connection.ts";
import { Failure } from "../../../common/cli/failure.ts";
import type { HubFrame } from "../../../common/protocol/frame.ts";
import { openSocket } from "../../../web/connection.ts";

class FakeWebSocket implements Partial<WebSocket> {
  onclose: WebSocket["onclose"] = null;
  onmessage: WebSocket["onmessage"] = null;
  readonly sent: unknown[] = [];

  send(data: string): void {
    this.sent.push(data);
  }

  close(): void {
    this.onclose?.call(this as unknown as WebSocket, new CloseEvent("close"));
  }

  receive(data: string): void {
    this.onmessage?.call(this as unknown as WebSocket, new MessageEvent("message", { data }));
  }
}

function open() {
  const web = new FakeWebSocket();
  const socket = openSocket(web as unknown as WebSocket);
  return { web, socket };
}

const ADDRESS = { hostname: "x", port: 1 };
const PONG = '{"type":"pong"}\n';
const WANTED = '{"type":"error","code":"password_wanted","params":{},"text":"é"}\n';

Deno.test("each frame is one message with its LF, and a message is one batch", async () => {
  const { web, socket } = open();
  const connection = new HubConnection(socket, ADDRESS, { protocol: 1, nick: "josé" });
  connection.send({ type: "ping" });
  const batches = connection.batches();
  web.receive(WANTED + PONG + PONG);
  const first: HubFrame[] = (await batches.next()).value;
  assertEquals(first.map(({ type }) => type), ["error", "pong", "pong"]);
  assertEquals(web.sent, [
    '{"type":"hello","protocol":1,"nick":"josé","runs":true}\n',
    '{"type":"ping"}\n',
  ]);
  web.close();
  const failure = await assertRejects(() => batches.next(), Failure);
  assertEquals(failure.key, "failure.lost");
});

Deno.test("reads of any size give the bytes of the messages in order, then the end", async () => {
  const { web, socket } = open();
  web.receive("abc");
  web.receive("défg");
  const buffer = new Uint8Array(2);
  let text = "";
  const decoder = new TextDecoder();
  const reading = (async () => {
    for (let size; (size = await socket.read(buffer)) !== null;) {
      text += decoder.decode(buffer.subarray(0, size), { stream: true });
    }
  })();
  web.receive("h");
  web.close();
  await reading;
  assertEquals(text, "abcdéfgh");
});

Deno.test("closing ends a read that waits, though the other side does not answer", async () => {
  const { web, socket } = open();
  const reading = socket.read(new Uint8Array(2));
  socket.close();
  assertEquals(await reading, null);
  assertEquals([web.onmessage, web.onclose], [null, null]);
});
