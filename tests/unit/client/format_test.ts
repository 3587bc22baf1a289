import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Happening } from "../../../client/conversation.ts";
import { JsonFormat, TextFormat } from "../../../client/format.ts";
import { initialState, type State } from "../../../client/state.ts";
import type { HubFrame } from "../../../protocol/frame.ts";
import { testProperty } from "../../support/property.ts";
import { ack, bye, error, welcome } from "./talk.ts";

const joined: State = { ...initialState("en"), stage: "joined", nick: "ana", room: "general" };
const frame = (each: HubFrame): Happening => ({ type: "frame", frame: each });
const uncertain = (...refs: string[]): Happening => ({
  type: "restarted",
  uncertain: refs.map((ref) => ({
    frame: { type: "say", ref, text: `text ${ref}` },
    shown: `text ${ref}`,
    bytes: 1,
  })),
});

/** What is told, with `>` before what is for standard output and `!` before the rest. */
const FOR_SCRIPTS = { retry: 30, joins: "all", isForPerson: false } as const;

function tell(happening: Happening, state = joined, isLeaving = false): string[] {
  return new TextFormat(FOR_SCRIPTS).tell(happening, state, isLeaving)
    .map(({ to, line }) => `${to === "print" ? ">" : "!"} ${line}`);
}

Deno.test("text is read as a person types it", () => {
  const format = new TextFormat(FOR_SCRIPTS);
  const read = (line: string) => format.read(line, 7);
  assertEquals(read("  "), { kind: "nothing" });
  assertEquals(read("/limpiar"), { kind: "nothing" });
  assertEquals(read('{"type":"say"}'), {
    kind: "request",
    request: { type: "say", text: '{"type":"say"}' },
    shown: '{"type":"say"}',
    ref: "7",
  });
  assertEquals(read("/mod secret"), {
    kind: "request",
    request: { type: "command", line: "/mod secret" },
    shown: "/mod",
    ref: "7",
  });
});

Deno.test("in text what failed and what becomes of the connection is for standard error", () => {
  assertEquals(tell(frame({ type: "joined", room: "general", nick: "bob", count: 2 })), [
    "> * bob joined (2 here)",
  ]);
  assertEquals(tell(frame(error("not_oneself"))), ["! ! you cannot do that to yourself"]);
  assertEquals(tell(frame(bye("shutdown"))), ["! * disconnected: the hub is stopping"]);
  assertEquals(tell({ type: "lost" }), [
    "! * connection lost: trying again for 30 seconds",
  ]);
  assertEquals(tell(uncertain("3")).at(-1), "! ! may not have been sent: text 3");
  assertEquals(tell(frame(bye("quit"))), ["> * goodbye"]);
  assertEquals(tell(frame(bye("quit")), joined, true), []);
  assertEquals(tell(frame(error("password_wanted")), { ...joined, stage: "password" }), []);
  assertEquals(tell(frame(ack("1"))), []);
});

Deno.test("in JSON a line that begins with a brace is a frame, and another one is text", () => {
  const format = new JsonFormat();
  assertEquals(format.read("hola", 7), new TextFormat(FOR_SCRIPTS).read("hola", 7));
  assertEquals(format.read('{"type":"say","text":"{","to":"bob","more":1}', 7), {
    kind: "request",
    request: { type: "say", text: "{", to: "bob" },
    shown: "{",
    ref: "7",
  });
  assertEquals(format.read('{"type":"command","ref":"a","line":"/mod secret"}', 7), {
    kind: "request",
    request: { type: "command", line: "/mod secret" },
    shown: "/mod",
    ref: "a",
  });
  for (const line of ["{", "{}", '{"type":"say"}', '{"type":"ping"}', '{"type":"new"}']) {
    assertEquals(format.read(line, 7).kind, "invalid", line);
  }
});

Deno.test("in JSON a script is answered by its own ref, though it used it before", () => {
  const format = new JsonFormat();
  const told = (happening: Happening) => format.tell(happening).map(({ line }) => line);
  format.sent("1", "a");
  format.sent("2", "a");
  format.sent("3", "b");
  assertEquals(told(frame(ack("1", 5))), ['{"type":"ack","ref":"a","id":5,"ts":1}']);
  assertEquals(told(uncertain("2", "3")), ['{"type":"restarted","uncertain":["a","b"]}']);
  assertEquals(told({ type: "lost" }), ['{"type":"lost"}']);
  format.sent("4", "c");
  const { uncertain: lines } = uncertain("4") as Happening & { type: "restarted" };
  assertEquals(told({ type: "unsent", lines }), ['{"type":"unsent","refs":["c"]}']);
  assertEquals(told(frame({ type: "pong" })), []);
  assertEquals(JSON.parse(told(frame(welcome()))[0]!), welcome());
});

testProperty(
  "whatever is said and read, it is one line of valid JSON, and reading never throws",
  { weight: 20 },
  (check) => {
    const format = new JsonFormat();
    check(fc.property(fc.string({ unit: "binary" }), fc.nat(), (text, number) => {
      format.read(`{${text}`, number);
      const message = { type: "message", id: 1, room: "x", nick: "y", ts: 0, kind: "say" } as const;
      const [told] = format.tell(frame({ ...message, text }));
      assert(!told!.line.includes("\n"));
      assertEquals(JSON.parse(told!.line), { ...message, text });
    }));
  },
);
