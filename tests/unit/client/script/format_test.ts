import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ConversationEvent } from "../../../../client/session/conversation.ts";
import { JsonFormat, TextFormat } from "../../../../client/script/format.ts";
import { type ConversationState, initialState } from "../../../../client/session/state.ts";
import type { HubFrame } from "../../../../common/protocol/frame.ts";
import { testProperty } from "../../../support/property.ts";
import { ack, bye, error, welcome } from "../session/test_conversation.ts";

const joined: ConversationState = {
  ...initialState("en"),
  stage: "joined",
  nick: "ana",
  room: "general",
};
const frame = (hubFrame: HubFrame): ConversationEvent => ({
  type: "frame",
  frame: hubFrame,
});
const uncertain = (...refs: string[]): ConversationEvent => ({
  type: "restarted",
  uncertain: refs.map((ref) => ({
    frame: { type: "say", ref, text: `text ${ref}` },
    display: `text ${ref}`,
    bytes: 1,
  })),
});

const FOR_SCRIPTS = { retry: 30, joins: "all", isInteractive: false } as const;

/** Renders as text, marking lines for standard output with `>` and for standard error with `!`. */
function render(event: ConversationEvent, state = joined, isLeaving = false): string[] {
  return new TextFormat(FOR_SCRIPTS).render(event, state, isLeaving)
    .map(({ to, line }) => `${to === "print" ? ">" : "!"} ${line}`);
}

Deno.test("text input is parsed as a user types it", () => {
  const format = new TextFormat(FOR_SCRIPTS);
  const parse = (line: string) => format.parse(line, 7);
  assertEquals(parse("  "), { kind: "nothing" });
  assertEquals(parse("/limpiar"), { kind: "nothing" });
  assertEquals(parse('{"type":"say"}'), {
    kind: "request",
    request: { type: "say", text: '{"type":"say"}' },
    display: '{"type":"say"}',
    ref: "7",
  });
  assertEquals(parse("/mod secret"), {
    kind: "request",
    request: { type: "command", line: "/mod secret" },
    display: "/mod",
    ref: "7",
  });
});

Deno.test("of a client that sends one text, only the answer and problems are shown", () => {
  const format = new TextFormat({ ...FOR_SCRIPTS, isSingle: true });
  const lines = (event: ConversationEvent, isLeaving = false) =>
    format.render(event, joined, isLeaving).map(({ to, line }) => `${to} ${line}`);
  const message = {
    type: "message",
    id: 1,
    room: "general",
    nick: "bob",
    ts: 0,
    kind: "say",
  } as const;
  const replayed = frame({ ...message, text: "uno", replay: true });
  const notice = (code: string) => frame({ type: "notice", code, params: {}, text: code });
  for (
    const event of [
      frame(welcome()),
      frame({ type: "joined", room: "general", nick: "bob", count: 2 }),
      notice("resumed"),
      replayed,
      frame({ ...message, text: "dos" }),
      { type: "restarted", uncertain: [] } as const,
      frame(bye("quit")),
    ]
  ) assertEquals(lines(event), []);
  assertEquals(lines(notice("history")), []);
  assertEquals(lines(replayed), ["print bob: uno"]);
  assertEquals(lines(notice("throttled")), []);
  assertEquals(lines(replayed), []);
  assertEquals(lines({ type: "lost" }), [
    "printError * connection lost: trying again for 30 seconds",
  ]);
  assertEquals(lines(uncertain("1")), ["printError ! may not have been sent: text 1"]);
  assertEquals(lines(frame(error("not_oneself"))), [
    "printError ! you cannot do that to yourself",
  ]);
  assertEquals(lines(frame(bye("kicked"))).length, 1);
  assertEquals(lines(frame(bye("kicked")), true), []);
});

Deno.test("in text, errors and the state of the connection go to standard error", () => {
  assertEquals(render(frame({ type: "joined", room: "general", nick: "bob", count: 2 })), [
    "> * bob joined (2 here)",
  ]);
  assertEquals(render(frame(error("not_oneself"))), ["! ! you cannot do that to yourself"]);
  assertEquals(render(frame(bye("shutdown"))), ["! * disconnected: the hub is stopping"]);
  assertEquals(render({ type: "lost" }), [
    "! * connection lost: trying again for 30 seconds",
  ]);
  assertEquals(render(uncertain("3")).at(-1), "! ! may not have been sent: text 3");
  assertEquals(render(frame(bye("quit"))), ["> * goodbye"]);
  assertEquals(render(frame(bye("quit")), joined, true), []);
  assertEquals(render(frame(error("password_wanted")), { ...joined, stage: "password" }), []);
  assertEquals(render(frame(ack("1"))), []);
});

Deno.test("in JSON, a line that begins with a brace is a frame, and any other line is text", () => {
  const format = new JsonFormat();
  assertEquals(format.parse("hola", 7), new TextFormat(FOR_SCRIPTS).parse("hola", 7));
  assertEquals(format.parse('{"type":"say","text":"{","to":"bob","more":1}', 7), {
    kind: "request",
    request: { type: "say", text: "{", to: "bob" },
    display: "{",
    ref: "7",
  });
  assertEquals(format.parse('{"type":"command","ref":"a","line":"/mod secret"}', 7), {
    kind: "request",
    request: { type: "command", line: "/mod secret" },
    display: "/mod",
    ref: "a",
  });
  for (const line of ["{", "{}", '{"type":"say"}', '{"type":"ping"}', '{"type":"new"}']) {
    assertEquals(format.parse(line, 7).kind, "invalid", line);
  }
});

Deno.test("in JSON, answers carry the script's own ref, even a reused one", () => {
  const format = new JsonFormat();
  const json = (event: ConversationEvent) => format.render(event).map(({ line }) => line);
  format.onSent("1", "a");
  format.onSent("2", "a");
  format.onSent("3", "b");
  assertEquals(json(frame(ack("1", 5))), ['{"type":"ack","ref":"a","id":5,"ts":1}']);
  assertEquals(json(uncertain("2", "3")), ['{"type":"restarted","uncertain":["a","b"]}']);
  const [code, params] = ["history", { count: 1 }];
  format.onSent("5", "h");
  for (const type of ["notice", "reply"] as const) {
    const event = frame({ type, ref: "5", code, params, data: params, text: "" } as HubFrame);
    assertEquals(JSON.parse(json(event)[0]!).ref, "h", type);
  }
  format.onSent("9", 9);
  assertEquals(json(frame(ack("9", 6))), ['{"type":"ack","ref":9,"id":6,"ts":1}']);
  assertEquals(json({ type: "lost" }), ['{"type":"lost"}']);
  const address = { hostname: "b", port: 1 };
  assertEquals(json({ type: "moved", address }), ['{"type":"moved","address":"b:1"}']);
  assertEquals(json({ type: "moved", address, isOtherChat: true }), [
    '{"type":"moved","address":"b:1","otherChat":true}',
  ]);
  format.onSent("4", "c");
  const { uncertain: lines } = uncertain("4") as ConversationEvent & { type: "restarted" };
  assertEquals(json({ type: "unsent", lines }), ['{"type":"unsent","refs":["c"]}']);
  assertEquals(json(frame({ type: "pong" })), []);
  assertEquals(JSON.parse(json(frame(welcome()))[0]!), welcome());
});

testProperty(
  "output is always one line of valid JSON, and parsing input never throws",
  { weight: 20 },
  (check) => {
    const format = new JsonFormat();
    check(fc.property(fc.string({ unit: "binary" }), fc.nat(), (text, number) => {
      format.parse(`{${text}`, number);
      const message = { type: "message", id: 1, room: "x", nick: "y", ts: 0, kind: "say" } as const;
      const [output] = format.render(frame({ ...message, text }));
      assert(!output!.line.includes("\n"));
      assertEquals(JSON.parse(output!.line), { ...message, text });
    }));
  },
);
