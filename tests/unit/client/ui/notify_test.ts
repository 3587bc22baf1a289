import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { notificationSequence } from "../../../../client/ui/notify.ts";
import config from "../../../../deno.json" with { type: "json" };
import { testProperty } from "../../../support/property.ts";

const said = { nick: "ana", text: "hola, José" };

function inTerminal(variables: Record<string, string>, what = said): string | undefined {
  return notificationSequence((name) => {
    assert(config.permissions.chat.env.includes(name), `${name} may not be read`);
    return variables[name];
  }, what);
}

const OSC9 = "\x1b]9;chat: ana: hola, José\x1b\\";
const OSC99 = "\x1b]99;o=unfocused;chat: ana: hola, José\x1b\\";
const OSC777 = "\x1b]777;notify;chat: ana;hola, José\x1b\\";

Deno.test("each terminal that documents a sequence gets its own", () => {
  const cases: [variables: Record<string, string>, sequence: string][] = [
    [{ TERM: "xterm-kitty" }, OSC99],
    [{ TERM: "xterm-256color", KITTY_WINDOW_ID: "1" }, OSC99],
    [{ TERM: "xterm-256color", TERM_PROGRAM: "iTerm.app" }, OSC9],
    [{ TERM: "xterm-256color", LC_TERMINAL: "iTerm2" }, OSC9],
    [{ TERM: "xterm-ghostty" }, OSC9],
    [{ TERM: "xterm-256color", TERM_PROGRAM: "ghostty" }, OSC9],
    [{ TERM: "xterm-256color", TERM_PROGRAM: "WezTerm" }, OSC777],
    [{ TERM: "foot" }, OSC777],
    [{ TERM: "foot-extra" }, OSC777],
  ];
  for (const [variables, sequence] of cases) {
    assertEquals(inTerminal(variables), sequence, JSON.stringify(variables));
  }
});

Deno.test("an unknown terminal gets no sequence", () => {
  const cases: Record<string, string>[] = [
    {},
    { TERM: "xterm-256color" },
    { TERM: "linux", KITTY_WINDOW_ID: "" },
    { TERM: "xterm-256color", TERM_PROGRAM: "Apple_Terminal" },
    { TERM: "xterm-256color", TERM_PROGRAM: "vscode" },
    { TERM: "football" },
    { TERM: "tmux-256color", TMUX: "/tmp/tmux-0/default,1,0", TERM_PROGRAM: "tmux" },
  ];
  for (const variables of cases) {
    assertEquals(inTerminal(variables), undefined, JSON.stringify(variables));
  }
});

Deno.test("tmux is asked to pass the sequence on to its terminal", () => {
  const tmux = { TERM: "tmux-256color", TMUX: "/tmp/tmux-0/default,1,0", TERM_PROGRAM: "tmux" };
  assertEquals(
    inTerminal({ ...tmux, KITTY_WINDOW_ID: "1" }),
    "\x1bPtmux;\x1b\x1b]99;o=unfocused;chat: ana: hola, José\x1b\x1b\\\x1b\\",
  );
});

Deno.test("GNU screen, and tmux over ssh, get no sequence", () => {
  for (const TERM of ["screen", "screen-256color", "tmux-256color"]) {
    assertEquals(inTerminal({ TERM, KITTY_WINDOW_ID: "1", LC_TERMINAL: "iTerm2" }), undefined);
  }
});

Deno.test("one semicolon separates title and text", () => {
  assertEquals(
    inTerminal({ TERM: "foot" }, { nick: "a;b", text: "uno; dos" }),
    "\x1b]777;notify;chat: a,b;uno, dos\x1b\\",
  );
});

Deno.test("a message is joined into one line and cut", () => {
  assertEquals(
    inTerminal({ TERM: "xterm-ghostty" }, { nick: "ana", text: "uno\n\n  dos\ttres" }),
    "\x1b]9;chat: ana: uno dos tres\x1b\\",
  );
  const long = inTerminal({ TERM: "xterm-ghostty" }, { nick: "ana", text: "x".repeat(201) });
  assertEquals(long, `\x1b]9;chat: ana: ${"x".repeat(197)}...\x1b\\`);
  const cut = inTerminal({ TERM: "xterm-ghostty" }, { nick: "ana", text: "x" + "😀".repeat(200) });
  assert(cut!.isWellFormed());
});

testProperty(
  "no message can end the sequence, begin another or make it long",
  { weight: 20 },
  (check) => {
    const text = fc.array(
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.constantFrom("\x1b\\", "\x07", "\x9c", "\x18", "\x1b]", "\n", ";", "\x1bPtmux;", "9;4;"),
        fc.nat(2000).map((length) => "x".repeat(length)),
      ),
    ).map((parts) => parts.join(""));
    const terminal = fc.constantFrom(
      { TERM: "xterm-kitty" },
      { TERM: "xterm-ghostty" },
      { TERM: "foot" },
    );
    check(fc.property(terminal, text, text, (variables, nick, body) => {
      const sequence = inTerminal(variables, { nick, text: body })!;
      // deno-lint-ignore no-control-regex
      const found = /^\x1b\](9;|99;o=unfocused;|777;notify;)chat: (\P{Cc}*)\x1b\\$/u.exec(sequence);
      assert(found, JSON.stringify(sequence));
      assert(sequence.length < 400);
      if (variables.TERM === "foot") assertEquals(found[2]!.split(";").length, 2);
    }));
  },
);
