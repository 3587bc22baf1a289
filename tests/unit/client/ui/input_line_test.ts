import { assertEquals } from "@std/assert";
import { type ConversationState, initialState } from "../../../../client/session/state.ts";
import { inputLine } from "../../../../client/ui/input_line.ts";
import { UNICODE_GLYPHS } from "../../../../client/ui/theme.ts";
import { translate } from "../../../../common/i18n/mod.ts";

const STATE: ConversationState = {
  ...initialState("en"),
  stage: "joined",
  nick: "ana",
  room: "general",
  home: "general",
};
const COMPOSER = {
  show: () => ({ line: "hola", cursor: 2, search: undefined }),
  password: { prompt: undefined },
};

function line(
  state: Partial<ConversationState> = {},
  composer: Partial<Parameters<typeof inputLine>[0]> = {},
  retryIn?: number,
  columns = 80,
) {
  const conversation = { state: { ...STATE, ...state }, retryIn };
  return inputLine({ ...COMPOSER, ...composer }, conversation, columns, UNICODE_GLYPHS);
}

Deno.test("the prompt names the user, and the room if it is not the first one", () => {
  assertEquals(line(), { prompt: "ana> ", line: "hola", cursor: 2 });
  assertEquals(line({ room: "dev" })?.prompt, "#dev ana> ");
});

Deno.test("the prompt counts what is unread in other rooms, the newest first, within a third of the width", () => {
  const unread = new Map([
    ["a\x1b[2J", { count: 12, isMention: false }],
    ["dev", { count: 3, isMention: false }],
    ["日本", { count: 2, isMention: true }],
  ]);
  const prompt = (columns: number, room = "general") =>
    line({ unread, room }, {}, undefined, columns)?.prompt;
  assertEquals(prompt(80), "[general] 日本:2! dev:3 a\ufffd[2J:12 ana> ");
  assertEquals(prompt(60, "ops"), "[ops] 日本:2! dev:3 +1 ana> ");
  assertEquals(prompt(30), "[general] 日本:2! +2 ana> ");
  assertEquals(prompt(24), "[general] +3! ana> ");
  assertEquals(prompt(1), "[general] +3! ana> ");
});

Deno.test("while the connection is lost, the prompt counts down to the next attempt", () => {
  const again = (seconds: number) => translate("en", "client.again_in", { seconds });
  assertEquals(line({ stage: "lost" }, {}, 1400)?.prompt, `${again(2)} ana> `);
  assertEquals(line({ stage: "lost" }, {}, 0)?.prompt, `${again(1)} ana> `);
  assertEquals(line({ stage: "joining" })?.prompt, `${translate("en", "client.connecting")} ana> `);
});

Deno.test("the input line is hidden until the welcome", () => {
  assertEquals(line({ stage: "joining", nick: "" }), undefined);
});

Deno.test("a password comes before the line, and is not shown", () => {
  assertEquals(line({ nick: "" }, { password: { prompt: {} } }), {
    prompt: `${translate("en", "client.password")} `,
    line: "",
    cursor: 0,
  });
});
