/** What is asked of the port for metrics, and answered: the metrics, whether the hub lives, whether it can be joined. Pure. */

import type { HttpRequest, HttpResponse } from "./http.ts";

export interface MetricsPages {
  /** The metrics as Prometheus reads them, and of which type that is. */
  metrics: () => Promise<{ text: string; type: string }>;
  /** Why nobody can come in at the moment, in one line; undefined where everybody can. */
  unready: () => string | undefined;
}

/** Answers a request. */
export async function respond(
  { method, path }: HttpRequest,
  pages: MetricsPages,
): Promise<HttpResponse> {
  if (!isPage(path)) {
    return { status: 404, body: "not found: there are /metrics, /health, /ready\n" };
  }
  if (method !== "GET" && method !== "HEAD") return { status: 405, body: "only GET and HEAD\n" };
  switch (path) {
    case "/metrics": {
      const { text, type } = await pages.metrics();
      return { status: 200, body: text, type };
    }
    case "/health": // that it is answered is the answer
      return { status: 200, body: "ok\n" };
    case "/ready": {
      const reason = pages.unready();
      return reason === undefined
        ? { status: 200, body: "ok\n" }
        : { status: 503, body: `${reason}\n` };
    }
  }
}

const PATHS = ["/metrics", "/health", "/ready"] as const;

function isPage(path: string): path is (typeof PATHS)[number] {
  return PATHS.some((each) => each === path);
}
