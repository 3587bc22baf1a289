/** Frames as lines of JSON. Decoding checks every field, never throws, and ignores unknown ones: peers may be newer. */

import { attempt } from "../result.ts";
import { checkFields, isObject, type Shape } from "./fields.ts";
import type { ClientFrame, Ref, SayFrame, WireFrame } from "./frame.ts";
import { CLIENT_SHAPES, GREATEST_FRAME, HUB_SHAPES, MAX_REF, REF } from "./frame.ts";

/** What a line was decoded to. */
export type Decoded<F> =
  | { kind: "frame"; frame: F }
  /** A frame of an unknown type, to be ignored. */
  | { kind: "unknown"; type: string }
  /** Not a frame, or one with a bad field. `type` and `ref` are set if they could be read. */
  | { kind: "invalid"; reason: string; type?: string; ref?: Ref };

/** A frame as a line, without its LF. */
export function encodeFrame(frame: ClientFrame | WireFrame): string {
  return JSON.stringify(frame);
}

/** A `say` as `JSON.stringify` writes it, without anything that JSON escapes. */
const SAY = { ref: '{"type":"say","ref":"', text: '","text":"', end: '"}' } as const;
const ESCAPED = /["\\\p{Cc}]/u;

/** Decodes such a `say` in a quarter of the time: nearly every frame of a flood is one. */
function decodePlainSay(line: string): SayFrame | undefined {
  if (!line.startsWith(SAY.ref) || !line.endsWith(SAY.end)) return undefined;
  const refEnd = line.indexOf('"', SAY.ref.length);
  const from = refEnd + SAY.text.length;
  const to = line.length - SAY.end.length;
  if (!line.startsWith(SAY.text, refEnd) || from > to) return undefined;
  const ref = line.slice(SAY.ref.length, refEnd);
  const text = line.slice(from, to);
  if (ref.length > MAX_REF || text.length > GREATEST_FRAME) return undefined;
  if (ESCAPED.test(ref) || ESCAPED.test(text)) return undefined;
  // The same order of fields as the general path gives, so that the two encode alike.
  return { ref, text, type: "say" };
}

/** The most brackets in brackets of a frame, ignored fields included: parsing sixty thousand takes 4 to 13 ms. */
const MAX_DEPTH = 16_384;

/** Whether more than {@linkcode MAX_DEPTH} brackets are open somewhere in a JSON text, outside of its strings. */
function isDeep(json: string): boolean {
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const char = json[at];
    if (char === '"') at = endOfString(json, at);
    else if (char === "[" || char === "{") depth++;
    else if (char === "]" || char === "}") depth--;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

/** The index of the quote that ends the string that begins at an index. */
function endOfString(json: string, start: number): number {
  for (let at = start;;) {
    at = json.indexOf('"', at + 1);
    if (at === -1) return json.length;
    let first = at;
    while (json[first - 1] === "\\") first--;
    if ((at - first) % 2 === 0) return at;
  }
}

/** Decodes a line from a client. `ref`: used for a frame without one. */
export function decodeClientFrame(
  line: string,
  { ref }: { ref?: string } = {},
): Decoded<ClientFrame> {
  const say = decodePlainSay(line);
  if (say) return { kind: "frame", frame: say };
  if (line.length > MAX_DEPTH && isDeep(line)) {
    return { kind: "invalid", reason: "the line has too many brackets in brackets" };
  }
  return decode<ClientFrame>(line, CLIENT_SHAPES, ref);
}

/** Decodes a line from the hub. */
export function decodeHubFrame(line: string): Decoded<WireFrame> {
  return decode<WireFrame>(line, HUB_SHAPES);
}

function decode<F extends { type: string }>(
  line: string,
  shapes: { readonly [T in F["type"]]: Shape<Extract<F, { type: T }>> },
  givenRef?: string,
): Decoded<F> {
  const parsed: unknown = attempt(() => JSON.parse(line));
  if (parsed === undefined) return { kind: "invalid", reason: "the line is not JSON" };
  if (!isObject(parsed)) return { kind: "invalid", reason: "the line is not a JSON object" };
  const value = givenRef === undefined ? parsed : { ref: givenRef, ...parsed };
  const type = Object.hasOwn(value, "type") ? value["type"] : undefined;
  if (typeof type !== "string") return { kind: "invalid", reason: '"type" must be a string' };
  if (!Object.hasOwn(shapes, type)) return { kind: "unknown", type };

  const checked = checkFields(value, shapes[type as F["type"]]);
  if (checked.ok) return { kind: "frame", frame: Object.assign(checked.value, { type }) };
  const ref = value["ref"];
  return {
    kind: "invalid",
    reason: `${type}: ${checked.error}`,
    type,
    ...(REF.accepts(ref) ? { ref } : {}),
  };
}
