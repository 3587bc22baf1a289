import { assertEquals } from "@std/assert";
import { inputLine, type InputLineContext } from "../../../../client/ui/input_line.ts";
import { confirmationPrompt } from "../../../../client/ui/multiline.ts";
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
  line: "hola",
  cursor: 2,
  unconfirmed: undefined,
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
    columns: 80,
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

Deno.test("a password comes before a long paste, and a long paste before the line", () => {
  const unconfirmed = "1\n2\n3\n4\n5\n6";
  const asked = { line: "", cursor: 0 };
  assertEquals(line({}, { unconfirmed }), {
    prompt: confirmationPrompt(unconfirmed, "en", 80),
    ...asked,
  });
  const password = { isOpen: true };
  assertEquals(line({ nick: "" }, { unconfirmed, password }), {
    prompt: `${translate("en", "client.password")} `,
    ...asked,
  });
});
