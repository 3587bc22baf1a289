/** A page's side of the WebSocket, as bytes: requests and frames, whole or broken. */

import { Buffer } from "node:buffer";
import { Receiver, Sender } from "ws";

const HEADERS = [
  "Host: localhost",
  "Origin: http://localhost",
  "Upgrade: websocket",
  "Connection: Upgrade",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
];

/** Asks for the WebSocket. */
export const SOCKET_REQUEST = ["GET /ws HTTP/1.1", ...HEADERS, "", ""].join("\r\n");

export interface FrameOptions {
  /** Text by default. */
  opcode?: number;
  fin?: boolean;
  mask?: boolean;
  rsv1?: boolean;
}

/** A frame as a browser sends it, by the package ws. */
export function maskedFrame(
  payload: string | Uint8Array,
  { opcode = 1, fin = true, mask = true, rsv1 = false }: FrameOptions = {},
): Uint8Array {
  const data = Buffer.from(payload as string);
  return Buffer.concat(Sender.frame(data, { opcode, fin, mask, rsv1, readOnly: true }));
}

/** The messages after the head of the answer, and the code of the Close frame, if any. */
export function unframe(received: Uint8Array): { messages: string[]; close: number | undefined } {
  const receiver = new Receiver({ isServer: false });
  const messages: string[] = [];
  let close: number | undefined;
  receiver.on("message", (message: Buffer) => messages.push(message.toString()));
  receiver.on("conclude", (code: number) => close = code);
  const bytes = Buffer.from(received);
  receiver._write(bytes.subarray(bytes.indexOf("\r\n\r\n") + 4), "buffer", (error?: Error) => {
    if (error) throw error;
  });
  return { messages, close };
}
