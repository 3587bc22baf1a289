/** A minimal HTTP client for the metrics of a hub. */

import { samplesOf } from "./exposition.ts";

export interface Page {
  status: number;
  /** By name in lower case. */
  headers: Record<string, string>;
  body: string;
}

/** Requests a page, and reads until the hub closes the connection. */
export async function ask(port: number, path: string, method = "GET"): Promise<Page> {
  using socket = await Deno.connect({ hostname: "127.0.0.1", port });
  const writer = socket.writable.getWriter();
  await writer.write(
    new TextEncoder().encode(`${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`),
  );
  writer.releaseLock();
  return readPage(await new Response(socket.readable).text());
}

/** Parses a response. */
export function readPage(text: string): Page {
  const end = text.indexOf("\r\n\r\n");
  const [line = "", ...fields] = text.slice(0, end).split("\r\n");
  const [, status] = /^HTTP\/1\.1 (\d{3}) \S/.exec(line) ?? [];
  if (end === -1 || status === undefined) throw new Error(`no answer: ${JSON.stringify(text)}`);
  const headers = fields.map((field) => {
    const [, name, value] = /^([\w-]+): (.*)$/.exec(field) ?? [];
    if (name === undefined) throw new Error(`no header: ${field}`);
    return [name.toLowerCase(), value];
  });
  return {
    status: Number(status),
    headers: Object.fromEntries(headers),
    body: text.slice(end + 4),
  };
}

/** All samples by name and labels. */
export async function scrape(port: number): Promise<Record<string, number>> {
  const { status, body } = await ask(port, "/metrics");
  if (status !== 200) throw new Error(`status ${status}: ${body}`);
  return samplesOf(body);
}
