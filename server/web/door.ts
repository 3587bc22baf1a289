/** What the hub answers to HTTP: the page, its WebSocket, or a sentence that says what is wrong with the request. */

import { hash } from "node:crypto";
import { defined } from "../../common/defined.ts";
import type { ByeCode } from "../../common/protocol/codes.ts";
import { type Key, type Lang, parseLang, translate } from "../../common/i18n/mod.ts";
import { machineName, ownInterfaces } from "../../common/mdns/networks.ts";
import { MAX_HEAD } from "../../common/protocol/foreign.ts";
import { allowHosts, parseHost } from "./hosts.ts";
import { formatResponse, type HttpRequest, type HttpResponse, parseRequest } from "./http.ts";
import { pageResponse } from "./page.ts";
import { Visits } from "./visits.ts";

export interface Door {
  /** Of the hub. */
  readonly lang: Lang;
  /** By which the hub is called. */
  readonly name: string;
  /** By which names the hub may be called. */
  readonly isAllowed: ReturnType<typeof allowHosts>;
  readonly visits: Visits;
  /** Serves the sockets of pages; undefined with `--no-web`. */
  readonly webSocket: typeof import("./websocket.ts") | undefined;
}

/** Opens the door while the machine's names may still be read. `announced`: the name by which the hub is announced. */
export async function openDoor(
  { lang, web }: { lang: Lang; web?: { hosts: readonly string[] } },
  announced: string | undefined,
): Promise<Door> {
  const machine = machineName() || "localhost";
  const names = [machine, `${machine.split(".")[0]}.local`, ...(announced ? [announced] : [])];
  const addresses = ownInterfaces().map(({ address }) => address);
  return {
    lang,
    name: web?.hosts[0] ?? names[1]!,
    isAllowed: allowHosts([...names, ...addresses, ...web?.hosts ?? []]),
    visits: new Visits(),
    // It reads variables, and so cannot be loaded when the first page comes.
    webSocket: web && await import("./websocket.ts"),
  };
}

/** A response whose body may be a sentence. `refused`: the Host or Origin that the hub does not accept. */
type Draft = Omit<HttpResponse, "body"> & {
  readonly body?: HttpResponse["body"];
  readonly key?: Key;
  readonly refused?: string | undefined;
};

const SAFETY = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};
/** RFC 6455, section 1.3. */
const ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/** 16 bytes in base64. */
const SOCKET_KEY = /^[A-Za-z\d+/]{21}[AQgw]==$/;
/** What an answer asks for in place of another upgrade. */
const UPGRADE = {
  "upgrade": "websocket",
  "connection": "upgrade, close",
  "sec-websocket-version": "13",
};
const BAD: Draft = { status: 400, key: "web.bad_request" };

/**
 * Answers the request that these bytes begin; undefined if more are needed. `local`: the address that it came to;
 * `rejection`: why the hub cannot take the browser, which the socket of a page says in its own way.
 */
export function answer(head: Uint8Array, local: string, door: Door, rejection?: ByeCode) {
  const parsed = parseRequest(head);
  if (!parsed) return undefined;
  const request = typeof parsed === "object" ? parsed : undefined;
  const unread: Draft = parsed === "bad" ? BAD : { status: 431, key: "web.too_long" };
  const draft = request ? respond(request, local, door, rejection) : unread;
  const { status, key, refused } = draft;
  const params = { max: MAX_HEAD, ...defined({ host: refused }) };
  const body = draft.body ?? (key ? `${translate(door.lang, key, params)}\n` : "");
  const response = { ...draft, body, headers: { ...SAFETY, ...draft.headers } };
  const bytes = formatResponse(response, { isHead: request?.method === "HEAD" });
  /** What follows the request for a WebSocket, if it is granted. */
  const rest = status === 101 ? head.subarray(request?.size) : undefined;
  return { status, bytes, refused, rest };
}

function respond(
  { method, path, query, headers }: HttpRequest,
  local: string,
  door: Door,
  rejection: ByeCode | undefined,
): Draft {
  if (!door.webSocket) return { status: 404, key: "web.closed" };
  const header = headers.get("host") ?? "";
  const host = parseHost(header);
  if (host === undefined) return { status: 400, key: "web.bad_host" };
  if (!door.isAllowed(host, local)) return { status: 421, key: "web.wrong_host", refused: header };
  if (path !== "/" && path !== "/ws") return { status: 404, key: "web.not_found" };
  const allowed = path === "/" ? ["GET", "HEAD"] : ["GET"];
  if (!allowed.includes(method)) {
    return { status: 405, key: "web.only_get", headers: { allow: allowed.join(", ") } };
  }
  if (path === "/ws") return upgrade(headers, header);
  if (rejection) return { status: 503, key: `bye.${rejection}` };
  const asked = parseLang(new URLSearchParams(query).get("lang") ?? "");
  const accepted = headers.get("accept-language")?.split(",").map((tag) => parseLang(tag.trim()));
  const acceptsGzip = /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(
    headers.get("accept-encoding") ?? "",
  );
  const preferred = asked ?? accepted?.find((each) => each) ?? door.lang;
  return pageResponse(preferred, { host: header, acceptsGzip });
}

/** RFC 6455, section 4.2. No extension is answered, and so none is used. */
function upgrade(headers: HttpRequest["headers"], host: string): Draft {
  const isUpgrade = /(^|,)\s*upgrade\s*(,|$)/i.test(headers.get("connection") ?? "") &&
    headers.get("upgrade")?.toLowerCase() === "websocket";
  if (!isUpgrade || headers.get("sec-websocket-version") !== "13") {
    return { status: 426, key: "web.upgrade", headers: UPGRADE };
  }
  const origin = headers.get("origin");
  const [, own] = /^https?:\/\/(.*)$/.exec(origin ?? "") ?? [];
  if (own?.toLowerCase() !== host.toLowerCase()) {
    return { status: 403, key: "web.wrong_origin", refused: origin };
  }
  const key = headers.get("sec-websocket-key") ?? "";
  if (!SOCKET_KEY.test(key)) return BAD;
  const accept = hash("sha1", key + ACCEPT_SUFFIX, "base64");
  return { status: 101, headers: { "upgrade": "websocket", "sec-websocket-accept": accept } };
}
