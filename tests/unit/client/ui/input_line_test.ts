import { assertEquals } from "@std/assert";
import { inputLine, type InputLineContext } from "../../../../client/ui/input_line.ts";
import { UNICODE_GLYPHS } from "../../../../client/ui/theme.ts";
import { translate } from "../../../../common/i18n/mod.ts";

const STATE = {
  stage: "joined",
  nick: "ana",
  room: "general",
  home: "general",
  lang: "en",
} as const;
const COMPOSER = {
  show: () => ({ line: "hola", cursor: 2 }),
  search: undefined,
  password: { isOpen: false },
};

function line(
  state: Partial<InputLineContext["state"]> = {},
  composer: Partial<InputLineContext["composer"]> = {},
  retryIn?: number,
) {
  return inputLine({
    composer: { ...COMPOSER, ...composer },
    state: { ...STATE, ...state },
    retryIn,
    glyphs: UNICODE_GLYPHS,
  });
}

Deno.test("the prompt names the user, and the room if it is not the first one", () => {
  assertEquals(line(), { prompt: "ana> ", line: "hola", cursor: 2 });
  assertEquals(line({ room: "dev" })?.prompt, "#dev ana> ");
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
  assertEquals(line({ nick: "" }, { password: { isOpen: true } }), {
    prompt: `${translate("en", "client.password")} `,
    line: "",
    cursor: 0,
  });
});
