import { assertEquals, assertStrictEquals } from "@std/assert";
import {
  type ConversationState,
  initialState,
  ownMessage,
  receiveFrame,
  setJoining,
  setLost,
} from "../../../../client/session/state.ts";
import type { HubFrame, MessageFrame } from "../../../../common/protocol/frame.ts";

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

function receive(state: ConversationState, ...frames: HubFrame[]): ConversationState {
  return frames.reduce((now, frame) => receiveFrame(now, frame), state);
}

const message = (id: number): HubFrame => ({
  type: "message",
  id,
  room: "general",
  nick: "eva",
  text: "hola",
  ts: 1,
  kind: "say",
});

const reply = (code: string, data: Record<string, unknown>, ref = "9"): HubFrame => ({
  type: "reply",
  ref,
  code,
  data,
  text: "",
});

Deno.test("the initial state has no nick, no limit and no session", () => {
  assertEquals(initialState("es"), {
    stage: "joining",
    retryAt: undefined,
    nick: "",
    home: "",
    room: "",
    rooms: [],
    unread: new Map(),
    lang: "es",
    maxFrame: Infinity,
    maxLines: Infinity,
    token: "",
    epoch: "",
    lastId: 0,
    hasPage: false,
    hasModeration: false,
    isModerator: false,
    clockAhead: 0,
    errors: 0,
    bye: undefined,
  });
});

Deno.test("the welcome gives the nick and the longest frame", () => {
  const state = receive(initialState("en"), WELCOME);
  assertEquals([state.nick, state.maxFrame], ["guest1", 500]);
});

Deno.test("lastId is the highest id of messages, acks and private messages", () => {
  let state = receive(initialState("en"), WELCOME, message(4), message(3));
  assertEquals(state.lastId, 4);
  state = receive(state, { type: "ack", ref: "2", id: 7, ts: 1 });
  assertEquals(state.lastId, 7);
  state = receive(state, reply("private", { to: "eva", text: "x", id: 9, ts: 1 }));
  assertEquals(state.lastId, 9);
  for (const id of [8, "10", 9.5, null]) state = receive(state, reply("private", { id }));
  state = receive(state, reply("who", { id: 20 }));
  assertEquals(state.lastId, 9);
});

Deno.test("ids continue in a new session, and restart with the hub's epoch", () => {
  const state = receive(initialState("en"), WELCOME, message(4));
  assertEquals(receive(state, WELCOME).lastId, 4);
  assertEquals(receive(state, { ...WELCOME, token: "u" }).lastId, 4);
  assertEquals(receive(state, { ...WELCOME, token: "u", epoch: "f" }).lastId, 0);
});

Deno.test("a moderator is one until the session ends", () => {
  let state = receive(initialState("en"), { ...WELCOME, moderation: true });
  assertEquals([state.hasModeration, state.isModerator], [true, false]);
  state = receive(state, reply("mod", {}), WELCOME);
  assertEquals([state.hasModeration, state.isModerator], [false, true]);
  assertEquals(receive(state, { ...WELCOME, token: "u" }).isModerator, false);
  // The session of an earlier client.
  assertEquals(receive(initialState("en"), { ...WELCOME, moderator: true }).isModerator, true);
});

Deno.test("a lost connection goes through lost, joining and joined", () => {
  const bye = { type: "bye", code: "shutdown", params: {}, text: "bye" } as const;
  let state = receive(initialState("en"), WELCOME);
  assertEquals(state.stage, "joined");
  state = setLost(receive(state, bye), 5);
  assertEquals([state.stage, state.retryAt, state.bye], ["lost", 5, undefined]);
  state = setJoining(state);
  assertEquals([state.stage, state.retryAt, state.nick], ["joining", undefined, "guest1"]);
  assertEquals(receive(state, { ...WELCOME, nick: "eva" }).stage, "joined");
});

Deno.test("home stays the first room, and the hub decides the current one", () => {
  let state = receive(initialState("en"), WELCOME, reply("join", { room: "dev" }));
  assertEquals([state.home, state.room], ["general", "dev"]);
  state = receive(state, { ...WELCOME, room: "dev" });
  assertEquals([state.home, state.room], ["general", "dev"]);
});

Deno.test("a password error is a question only before the welcome", () => {
  for (const code of ["password_wanted", "wrong_password"]) {
    const asked = { type: "error", code, params: {}, text: "" } as const;
    const state = receive(initialState("en"), asked);
    assertEquals([state.stage, state.errors], ["password", 0]);
    assertEquals(setJoining(state).stage, "joining");
    const later = receive(initialState("en"), WELCOME, asked);
    assertEquals([later.stage, later.errors], ["joined", 1]);
  }
});

Deno.test("errors are counted, with and without a ref", () => {
  const state = receive(
    initialState("en"),
    { type: "error", ref: "1", code: "x", params: {}, text: "" },
    { type: "error", code: "y", params: {}, text: "" },
    { type: "notice", code: "z", params: {}, text: "" },
  );
  assertEquals(state.errors, 2);
});

Deno.test("replies to the user's commands change the nick and the language", () => {
  const state = receive(
    initialState("en"),
    WELCOME,
    reply("nick", { nick: "ana" }),
    reply("lang", { lang: "es" }),
  );
  assertEquals([state.nick, state.lang], ["ana", "es"]);
});

Deno.test("replies with malformed data change nothing", () => {
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

Deno.test("the hub's bye is kept", () => {
  const bye = { type: "bye", code: "shutdown", params: {}, text: "bye" } as const;
  assertEquals(receive(initialState("en"), WELCOME, bye).bye, bye);
});

Deno.test("frames that only inform do not change the state", () => {
  const state = receive(initialState("en"), WELCOME);
  const frames: HubFrame[] = [
    { type: "joined", room: "general", nick: "eva", count: 2 },
    { type: "left", room: "general", nick: "eva", count: 1 },
    { type: "renamed", room: "general", from: "eva", nick: "ada" },
    { type: "notice", code: "throttled", params: {}, text: "" },
    { type: "pong" },
  ];
  for (const frame of frames) assertStrictEquals(receive(state, frame), state, frame.type);
});

Deno.test("reduce does not change the old state", () => {
  const before = receive(initialState("en"), WELCOME);
  const after = receive(before, reply("nick", { nick: "ana" }));
  assertEquals([before.nick, after.nick], ["guest1", "ana"]);
});

Deno.test("ownMessage tells messages and actions from other commands", () => {
  assertEquals(ownMessage("hola"), { kind: "say", text: "hola" });
  assertEquals(ownMessage("//etc/hosts"), { kind: "say", text: "/etc/hosts" });
  assertEquals(ownMessage("/me waves"), { kind: "action", text: "waves" });
  assertEquals(ownMessage("/YO  saluda "), { kind: "action", text: "saluda" });
  assertEquals(ownMessage("/aviso a las diez"), { kind: "notice", text: "a las diez" });
  for (const line of ["/who", "/nombre ana", "/me", "/yo  ", "/mexico"]) {
    assertEquals(ownMessage(line), undefined, line);
  }
  assertEquals(ownMessage("   "), undefined);
  assertEquals(ownMessage(""), undefined);
});

const inRoom = (room: string, id: number, fields: Partial<MessageFrame> = {}): HubFrame => ({
  ...message(id) as MessageFrame,
  room,
  ...fields,
});
/** What is unread, as `room count`, with `!` for a mention. */
const unreadIn = ({ unread }: ConversationState) =>
  [...unread].map(([room, { count, isMention }]) => `${room} ${count}${isMention ? "!" : ""}`);

Deno.test("messages of other rooms are unread until the user goes there, writes there or leaves", () => {
  const joined = receive(
    initialState("en"),
    WELCOME,
    reply("join", { room: "dev" }),
    reply("join", { room: "ops" }),
  );
  const state = receive(
    joined,
    inRoom("dev", 1),
    inRoom("general", 2, { kind: "action" }),
    inRoom("dev", 3, { text: "@GUEST1: come" }),
    inRoom("ops", 4), // the current room
    inRoom("", 5, { kind: "private" }),
    inRoom("nowhere", 6),
    { type: "joined", room: "dev", nick: "eva", count: 2 },
  );
  assertEquals(unreadIn(state), ["general 1", "dev 2!"]);
  const here: HubFrame = { type: "ack", ref: "1", id: 7, ts: 1 };
  assertEquals(unreadIn(receive(state, here)), ["general 1", "dev 2!"]);
  assertEquals(unreadIn(receive(state, { ...here, room: "general" })), ["dev 2!"]);
  assertEquals(unreadIn(receive(state, reply("join", { room: "dev" }))), ["general 1"]);
  assertEquals(unreadIn(receive(state, reply("leave", { room: "dev", current: "ops" }))), [
    "general 1",
  ]);
  const left = receive(state, reply("leave", { room: "ops", current: "dev" }));
  assertEquals([unreadIn(left), left.rooms], [["general 1"], ["general", "dev"]]);
  const params = { by: "eva", room: "dev", current: "ops" };
  const removed = receive(state, { type: "notice", code: "removed", params, text: "" });
  assertEquals([unreadIn(removed), removed.rooms], [["general 1"], ["general", "ops"]]);
});

Deno.test("a replayed message is unread only if it is new, and a resumed session keeps its rooms", () => {
  const replay = true as const;
  const joined = receive(initialState("en"), WELCOME, reply("join", { room: "dev" }));
  const before = receive(joined, inRoom("general", 4), inRoom("general", 3, { replay }));
  const back = { ...WELCOME, room: "dev" };
  const resumed = receive(before, back, inRoom("general", 4, { replay }));
  assertEquals(unreadIn(receive(resumed, inRoom("general", 5, { replay }))), ["general 2"]);
  assertEquals(resumed.rooms, ["general", "dev"]);
  // A client that was started again learns its rooms from the hub.
  const rooms = ["general", "ops", "dev"];
  assertEquals(receive(initialState("en"), { ...back, rooms }).rooms, rooms);
  // A new session is in one room.
  const anew = receive(before, { ...back, token: "u" });
  assertEquals([anew.rooms, unreadIn(anew)], [["dev"], []]);
});

Deno.test("the rooms that a hub makes up are bounded", () => {
  let state = receive(initialState("en"), WELCOME);
  for (let id = 0; id < 300; id++) state = receive(state, reply("join", { room: `r${id}` }));
  assertEquals(state.rooms.length, 100);
});
