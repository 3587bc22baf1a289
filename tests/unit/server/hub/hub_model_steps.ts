/** What users do in the model of the hub. */

import fc from "fast-check";
import { FIRST } from "./hub_model_user.ts";

export type Step =
  | { do: "connect"; dialect: "text" | "frames" }
  | { do: "crowd"; count: number }
  | { do: "say" | "act"; by: number; text: string }
  | { do: "sayIn" | "join" | "joinWithKey" | "leave" | "topic"; by: number; room: string }
  | { do: "limit"; by: number; count: number }
  | { do: "whisper" | "ignore" | "unignore"; by: number; target: number }
  | { do: "key" | "unkey"; by: number }
  | { do: "kick" | "ban" | "mute" | "remove" | "op" | "deop"; by: number; target: number }
  | { do: "answer" | "lock" | "unlock" | "pause" | "unpause" | "promote"; by: number }
  | { do: "rename" | "exit" | "drop"; by: number }
  | { do: "expire" }
  | { do: "look" }
  | { do: "wait" }
  | { do: "tick" };

const by = fc.nat(7);
const room = fc.constantFrom(FIRST, "dev", "otra");
const text = fc.constantFrom("hola", "ñ 😀", "\x1b[2J", "una\nn1: dos", "e" + "\u0301".repeat(9));

/** Steps of some kinds that have the same fields. */
function steps<T extends string, F>(weight: number, kinds: T[], fields: F) {
  return { weight, arbitrary: fc.record({ do: fc.constantFrom(...kinds), ...fields }) };
}

export const step = fc.oneof(
  steps(4, ["connect"], { dialect: fc.constantFrom("text", "frames") }),
  steps(1, ["crowd"], { count: fc.integer({ min: 7, max: 11 }) }),
  steps(9, ["say", "say", "act"], { by, text }),
  steps(6, ["sayIn", "join", "join", "joinWithKey", "leave", "topic"], { by, room }),
  steps(4, ["whisper", "whisper", "ignore", "unignore"], { by, target: by }),
  steps(5, ["kick", "ban", "mute", "remove", "op", "op", "deop"], { by, target: by }),
  steps(4, ["answer", "lock", "unlock", "pause", "unpause", "promote", "promote"], { by }),
  steps(1, ["limit"], { by, count: fc.nat(4) }),
  steps(2, ["key", "unkey"], { by }),
  steps(4, ["rename", "exit", "drop"], { by }),
  steps(6, ["expire", "wait", "wait", "tick", "tick", "tick"], {}),
  steps(1, ["look"], {}),
) as fc.Arbitrary<Step>;
