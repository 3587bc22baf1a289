/** The page: a document for each language, which loads nothing else. `deno task page` makes them from web/. */

import { hash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { Lang } from "../../common/i18n/mod.ts";
import type { HttpResponse } from "./http.ts";
import en from "./page/en.html" with { type: "text" };
import es from "./page/es.html" with { type: "text" };

const DOCUMENTS: Readonly<Record<Lang, string>> = { en, es };
/** Made at the first request: both take some milliseconds. */
const prepared = new Map<Lang, { policy: string; compressed: Uint8Array }>();

/** The page for a browser that has called the hub `host`; compressed if `acceptsGzip`. */
export function pageResponse(
  lang: Lang,
  { host, acceptsGzip }: { host: string; acceptsGzip: boolean },
): HttpResponse {
  const body = DOCUMENTS[lang];
  const { policy, compressed } = prepared.get(lang) ??
    { policy: contentPolicy(body), compressed: gzipSync(body) };
  prepared.set(lang, { policy, compressed });
  const headers = {
    // For some browsers 'self' is not the socket.
    "content-security-policy": `${policy}; connect-src 'self' ws://${host} wss://${host}`,
    "vary": "accept-language, accept-encoding",
    ...(acceptsGzip ? { "content-encoding": "gzip" } : {}),
  };
  const type = "text/html; charset=utf-8";
  return { status: 200, body: acceptsGzip ? compressed : body, type, headers };
}

/** Only the document's own style and script. */
function contentPolicy(document: string): string {
  const hashOf = (element: string) => {
    const [, text = ""] = new RegExp(`<${element}[^>]*>([^]*?)</${element}>`).exec(document) ?? [];
    return `'sha256-${hash("sha256", text, "base64")}'`;
  };
  return `default-src 'none'; script-src ${hashOf("script")}; style-src ${hashOf("style")}; ` +
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}
