/** Runs: frames that differ only in text or ref, as one: most bytes of a flood repeat author, room and time. */

import type { AckFrame, HubFrame, MessageFrame, WireFrame } from "./frame.ts";

/** Most UTF-16 units of texts or refs in a run besides the first, so that its line stays of reasonable length. */
const MAX_UNITS = 64 * 1024;

/** The frames with runs folded; {@linkcode unfold} restores them. */
export function fold(frames: readonly HubFrame[]): WireFrame[] {
  const folded: WireFrame[] = [];
  for (let at = 0; at < frames.length;) {
    const end = endOfRun(frames, at);
    folded.push(end === at + 1 ? frames[at]! : asRun(frames.slice(at, end)));
    at = end;
  }
  return folded;
}

/** The frames of a run; any other frame by itself. */
export function unfold(frame: WireFrame): HubFrame[] {
  switch (frame.type) {
    case "messages": {
      const { id, texts, room, nick, ts, kind } = frame;
      return texts.map((text, index) => (
        { type: "message", id: id + index, room, nick, text, ts, kind }
      ));
    }
    case "acks": {
      const { id, refs, ts } = frame;
      return refs.map((ref, index) => ({ type: "ack", ref, id: id + index, ts }));
    }
    default:
      return [frame];
  }
}

/** The index after the last frame of the run that begins at `from`. */
function endOfRun(frames: readonly HubFrame[], from: number): number {
  let units = 0;
  let end = from + 1;
  for (; end < frames.length; end++) {
    const [last, next] = [frames[end - 1]!, frames[end]!];
    if (!continues(last, next)) break;
    units += next.type === "message" ? next.text.length : String(next.ref).length;
    if (units > MAX_UNITS) break;
  }
  return end;
}

/** Whether a frame differs from the last one only in text or ref. */
function continues(last: HubFrame, next: HubFrame): next is MessageFrame | AckFrame {
  if (last.type === "ack" && next.type === "ack") {
    return next.id === last.id + 1 && next.ts === last.ts && !last.room && !next.room;
  }
  return last.type === "message" && next.type === "message" && next.id === last.id + 1 &&
    next.ts === last.ts && next.nick === last.nick && next.room === last.room &&
    next.kind === last.kind && !last.replay && !next.replay && !last.as && !next.as &&
    !last.tags && !next.tags;
}

function asRun(frames: readonly HubFrame[]): WireFrame {
  const first = frames[0] as MessageFrame | AckFrame;
  const { id, ts } = first;
  if (first.type === "ack") {
    return { type: "acks", id, ts, refs: frames.map((each) => (each as AckFrame).ref) };
  }
  const { room, nick, kind } = first;
  const texts = frames.map((each) => (each as MessageFrame).text);
  return { type: "messages", id, room, nick, ts, kind, texts };
}
