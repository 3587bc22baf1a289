import { assertEquals, assertStrictEquals } from "@std/assert";
import { describeOwn, initialState, reduce, type State } from "../../../client/state.ts";
import type { HubFrame } from "../../../protocol/frame.ts";

const WELCOME: HubFrame = {
  type: "welcome",
  protocol: 1,
  hub: "chat",
  epoch: "e",
  token: "t",
  nick: "guest1",
  room: "general",
  members: ["guest1"],
  count: 1,
  limits: { line: 500 },
};

function receive(state: State, ...frames: HubFrame[]): State {
  return frames.reduce((now, frame) => reduce(now, { type: "received", frame }), state);
}

function send(state: State, ...refs: string[]): State {
  return refs.reduce((now, ref) => reduce(now, { type: "sent", ref, text: `text ${ref}` }), state);
}

function refs(state: State): string[] {
  return [...state.pending.keys()];
}

const reply = (code: string, data: Record<string, unknown>, ref = "9"): HubFrame => ({
  type: "reply",
  ref,
  code,
  data,
  text: "",
});

Deno.test("at the beginning there is no nick, no limit, and nothing pending", () => {
  assertEquals(initialState("es"), {
    nick: "",
    home: "",
    room: "",
    lang: "es",
    maxFrame: Infinity,
    pending: new Map(),
    errors: 0,
    bye: undefined,
  });
});

Deno.test("the welcome tells the nick and the longest frame", () => {
  const state = receive(initialState("en"), WELCOME);
  assertEquals([state.nick, state.maxFrame], ["guest1", 500]);
});

Deno.test("what was sent is pending, in its order, until it is answered", () => {
  let state = send(initialState("en"), "1", "2", "3", "4");
  assertEquals(refs(state), ["1", "2", "3", "4"]);
  assertEquals(state.pending.get("2"), { text: "text 2" });
  state = receive(state, { type: "ack", ref: "2", id: 7, ts: 1 });
  assertEquals(refs(state), ["1", "3", "4"]);
  state = receive(state, { type: "error", ref: "1", code: "x", params: {}, text: "" });
  assertEquals(refs(state), ["3", "4"]);
  state = receive(state, reply("who", {}, "4"));
  assertEquals(refs(state), ["3"]);
});

Deno.test("an answer to what was not asked changes nothing that is pending", () => {
  const state = send(initialState("en"), "1");
  assertStrictEquals(receive(state, { type: "ack", ref: "8", id: 7, ts: 1 }), state);
  const failed = receive(state, { type: "error", code: "x", params: {}, text: "" });
  assertStrictEquals(failed.pending, state.pending);
});

Deno.test("errors are counted, with and without a ref", () => {
  const state = receive(
    send(initialState("en"), "1"),
    { type: "error", ref: "1", code: "x", params: {}, text: "" },
    { type: "error", code: "y", params: {}, text: "" },
    { type: "notice", code: "z", params: {}, text: "" },
  );
  assertEquals(state.errors, 2);
});

Deno.test("one's own commands change the nick and the language", () => {
  const state = receive(
    initialState("en"),
    WELCOME,
    reply("nick", { nick: "ana" }),
    reply("lang", { lang: "es" }),
  );
  assertEquals([state.nick, state.lang], ["ana", "es"]);
});

Deno.test("replies with data that is not what it should be change neither", () => {
  const state = receive(
    initialState("en"),
    WELCOME,
    reply("nick", { nick: 7 }),
    reply("nick", {}),
    reply("lang", { lang: "xx" }),
    reply("lang", { lang: null }),
    reply("who", { nick: "eva", lang: "es" }),
  );
  assertEquals([state.nick, state.lang], ["guest1", "en"]);
});

Deno.test("another's new nick is not one's own", () => {
  const state = receive(initialState("en"), WELCOME, {
    type: "renamed",
    room: "general",
    from: "eva",
    nick: "ada",
  });
  assertEquals(state.nick, "guest1");
});

Deno.test("the hub's last word is kept", () => {
  const bye = { type: "bye", code: "shutdown", params: {}, text: "bye" } as const;
  assertEquals(receive(initialState("en"), WELCOME, bye).bye, bye);
});

Deno.test("what is only told does not change the state", () => {
  const state = receive(initialState("en"), WELCOME);
  const told: HubFrame[] = [
    { type: "message", id: 1, room: "general", nick: "eva", text: "hola", ts: 1, kind: "say" },
    { type: "joined", room: "general", nick: "eva", count: 2 },
    { type: "left", room: "general", nick: "eva", count: 1 },
    { type: "notice", code: "throttled", params: {}, text: "" },
    { type: "pong" },
  ];
  for (const frame of told) assertStrictEquals(receive(state, frame), state, frame.type);
});

Deno.test("a state that was given out does not change any more", () => {
  const before = send(initialState("en"), "1");
  const after = receive(send(before, "2"), { type: "ack", ref: "1", id: 7, ts: 1 });
  assertEquals([refs(before), refs(after)], [["1"], ["2"]]);
});

Deno.test("describeOwn shows messages and actions as such, and other commands as typed", () => {
  assertEquals(describeOwn("hola"), { kind: "say", text: "hola" });
  assertEquals(describeOwn("//etc/hosts"), { kind: "say", text: "/etc/hosts" });
  assertEquals(describeOwn("/me waves"), { kind: "action", text: "waves" });
  assertEquals(describeOwn("/YO  saluda "), { kind: "action", text: "saluda" });
  for (const line of ["/who", "/nombre ana", "/me", "/yo  ", "/mexico"]) {
    assertEquals(describeOwn(line), { kind: "command" }, line);
  }
  assertEquals(describeOwn("   "), undefined);
  assertEquals(describeOwn(""), undefined);
});
