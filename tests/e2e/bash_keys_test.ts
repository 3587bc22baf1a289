/** The keys of the line editor, each compared with bash in a terminal of the same size. */

import { assert, assertEquals } from "@std/assert";
import { Keyboard } from "../../client/terminal/keyboard.ts";
import { KEY_TABLE } from "../../client/terminal/keys.ts";
import { Prompt } from "../../client/terminal/prompt.ts";
import { HAS } from "../support/shells.ts";
import { tempDirectory } from "../support/temp.ts";
import { NO_PTY, TestTerminal } from "../support/terminal.ts";

const HISTORY = ["first one", "second two", "third: señor josé"];

/** Why a key of the table is not compared, or differs. */
const DIFFERENT: Readonly<Record<string, string>> = {
  "Alt-1": "switches the room; bash begins a numeric argument",
  "Alt-2": "as Alt-1",
  "... Alt-9": "as Alt-1",
  "Alt-#": "adds no #, which would mean a room, and runs nothing",
  "Alt-Enter": "bash has vi keys there",
  "Alt-Ctrl-J": "as Alt-Enter",
  "Shift-Enter": "bash knows no such key",
  "Alt-Delete": "bash types a ~",
  "Tab": "completes nicks, not files",
  "Ctrl-L": "changes nothing in the line",
  "Ctrl-Z": "bash stops no program here",
  "Ctrl-M": "is the same byte as Enter",
  "Ctrl-Q": "is Ctrl-V in bash, if the terminal has no flow control",
};

/**
 * What is typed; a part that ends with Enter or Ctrl-C is worked on before the next one is sent. Other differences: the
 * cursor of a recalled draft and of undone changes is where it was (bash: at the end of the change), a change that Alt-R took
 * back can be brought back, Alt-. stays at the oldest line, a search that fails leaves the cursor, keys that mean nothing type
 * nothing, and the cursor never stops inside an emoji. Where typed text follows a kill, a Ctrl-E keeps bash from joining the
 * kills around it, which it does only to text that arrives at once.
 */
const TYPED: readonly (readonly string[])[] = [
  ["hola\x02\x02x\x06y"],
  ["hola\x1b[D\x1bOD\x1b[C-\x1bOC+"],
  ["hola\x01x\x05y"],
  ["hola\x1b[Ha\x1b[Fb\x1bOHc\x1bOFd\x1b[1~e\x1b[4~f"],
  ["hola señor josé\x1bb\x1bb-\x1bf+"],
  ["a-b c_d é\x1b[1;5D\x1b[1;5D\x1b[1;3D.\x1b[1;5C\x1b[1;3C,"],
  ["año\x01\x1bf."],
  ["ho la ho\x01\x1dlx\x1dh\x1b\x1doz"],
  ["ho la\x1dz\x1d\x02."],
  ["hola que\x02\x02\x00\x01\x18\x18x\x18\x18y"],
  ["hola\x01\x06\x1b \x05\x18\x18x"],
  ["hola\x7f\x08x"],
  ["hola\x01\x1b[3~\x04x"],
  ["alpha beta-gamma  /usr/lib delta\x17\x17"],
  ["user@example.org\x17x"],
  ["hola que tal señor\x17\x17\x19\x19"],
  ["alpha beta-gamma /usr/lib\x1b\x7f\x1b\x7f\x1b\x08"],
  ["naïve café\x1b\x7f\x19"],
  ["alpha beta-gamma\x01\x1bf\x1bd\x1bd\x05\x19"],
  ["año nuevo\x01\x1b[3;5~\x1b[3;5~x"],
  ["one two\x02\x02\x15x\x05\x19"],
  ["one two\x02\x02\x18\x7fx\x05\x19"],
  ["one two\x1bb\x0bx\x01\x19"],
  ["one two three\x1bb\x0b\x17\x01\x19"],
  ["hola \x05\x19\x18\x18x"],
  ["a \x1b.\x18\x18x"],
  ["one \x17two \x05\x1bd\x15\x05\x19"],
  ["one\x15\x05two\x15\x19\x1by\x1by"],
  ["one\x15\x05two\x15\x19x\x1by"],
  ["one two\x17three\x1f\x1f"],
  ["one two\x17\x18\x15"],
  ["one two\x17three\x1br"],
  ["\x1b[Ax y\x1br"],
  ["abc\x14\x02\x02\x14"],
  ["ñé\x14\x01\x14"],
  ["one dos, tres\x1bt\x02\x02\x1bt"],
  ["one\x1bt two\x01\x1bt"],
  ["hola señor ÑANDÚ\x01\x1bu\x1bc\x1bl"],
  ["a-b éa 1ab\x01\x1bc\x1bc\x1bc\x1bc"],
  ["one  \t two\x1bb\x02\x1b\\x".replace("\t", " ")],
  ["\x10\x10x\x0ey"],
  ["draft\x1b[A\x1b[A\x1bOA\x1b[A\x1b[B"],
  ["draft\x1b[A\x1b[B"],
  ["\x1b[A \x1b[A\x1b[B"],
  ["\x1b[A\x15my draft\x1b[A\x1b[B"],
  ["\x1b[A\x1b[A", "\x03", "\x1b[A"],
  ["draft", "\x03", "\x19x"],
  [": uno", "\r", "\x1b[A\x1b[A"],
  [": uno", "\n", ": dos", "\r", "\x10\x10x", "\r", "\x10\x10"],
  ["\x1b[Ax\x1b<y\x1b>z"],
  ["a \x1b.\x1b. \x1b_", "x"],
  ["a \x1b[A\x1b. "],
  ["\x12one\x0a"],
  ["\x12o\x12\x12\x1b[Cx"],
  ["\x12o\x12\x13\x13\x05x"],
  ["x\x12onezzz\x7f\x07x"],
  ["x\x12one\x07y"],
  ["\x12señ\x7f\x7fe\x01x"],
  ["\x12one\x0a\x1b[B"],
  ["\x12o\x0a\x12\x12\x06x"],
  ["\x1b<\x13tw\x0ax"],
  ["x\x1bpone\rz"],
  ["\x1b<\x1bn:\rz"],
  ["a\x16\x0ab\x11\x0ac"],
  ["one two\x1b", "bx"],
  ["x\x18\x07y\x1b\x07z"],
  ["x\x1b[5~\x1b[2~y\x07"],
  ["two words\x02\x02\x02\x1b[A\x1b[B\x05x"],
  ["\x1b[Ax\x1b[A", "\x03", "\x1b[A\x1b[A"],
  ["draft\x17", "\x03", "\x19\x1b[A\x1b[B"],
  ["hola\x1b[Z\x1bOPx"],
  ["x\x1b\x1b[Dy"],
  ["one two three\x01\x1bd\x1bd\x19\x1by\x18\x15"],
];

/** The line and the cursor in characters, `line|cursor`, as bash has it. */
async function typeInBash(folder: string, parts: readonly string[]): Promise<string> {
  await using bash = TestTerminal.open(["bash", "--noprofile", "--rcfile", `${folder}/rc`, "-i"], {
    env: { LC_ALL: "C.UTF-8", HISTFILE: "/dev/null" },
    cwd: folder,
  });
  await bash.until(">");
  let reports = 0;
  let line = "";
  for (const [index, part] of parts.entries()) {
    const from = bash.raw().length;
    bash.type(part);
    if (part === "\x03") {
      // The terminal drops what is typed before bash has taken it.
      await bash.until((it) => it.raw().slice(from).endsWith("\n> "));
      continue;
    }
    // Other reports would end what the next key may go on with.
    const next = parts[index + 1];
    if (next !== undefined && next !== "\x03" && !/[\r\n]$/.test(part)) continue;
    bash.type("\x0f");
    line = await bash.until((it) => Array.from(it.raw().matchAll(/<<(.*)>>/g))[reports]?.[1]);
    reports++;
  }
  return line;
}

/** The same in the editor, and the keys that it got. */
function typeInEditor(parts: readonly string[]): { line: string; keys: string[] } {
  const keys: string[] = [];
  let endWaiting = () => {};
  const prompt: Prompt = new Prompt({
    onSubmit: () => {},
    onInterrupt: () => prompt.reset(),
    onEnd: () => false,
  }, { shouldRemember: () => true, history: HISTORY.toReversed() });
  const keyboard = new Keyboard({
    onKey: (key) => {
      keys.push(keys.at(-1) === "Ctrl-X" ? `Ctrl-X ${key}` : key);
      prompt.press(key);
    },
    onPaste: () => {},
    onCursorReport: () => {},
  }, (_milliseconds, call) => {
    endWaiting = call;
    return () => endWaiting = () => {};
  });
  for (const part of parts) {
    keyboard.feed(new TextEncoder().encode(part));
    endWaiting();
  }
  const before = [...prompt.line.slice(0, prompt.cursor)].length;
  return { line: `${prompt.line.replaceAll("\n", "⏎")}|${before}`, keys };
}

Deno.test("each key of the table that bash has is compared with bash", () => {
  const compared = new Set(TYPED.flatMap((parts) => typeInEditor(parts).keys));
  const keys = KEY_TABLE.flatMap(([each]) => each.split(", "));
  const missing = keys.filter((key) => !compared.has(key) && !(key in DIFFERENT));
  assertEquals(missing, []);
  for (const key of Object.keys(DIFFERENT)) assert(keys.includes(key), key);
});

Deno.test({
  name: "keys do to the line what they do in bash",
  ignore: NO_PTY || !HAS.bash,
  fn: async () => {
    await using folder = await tempDirectory();
    await Deno.writeTextFile(`${folder.path}/history`, HISTORY.map((line) => `${line}\n`).join(""));
    await Deno.writeTextFile(
      `${folder.path}/rc`,
      [
        "PS1='> '",
        "command_not_found_handle() { :; }",
        "HISTCONTROL=erasedups",
        `bind 'set enable-bracketed-paste off' 'set bell-style none'`,
        `bind -x '"\\C-o": l=\${READLINE_LINE//$'"'\\\\n'"'/⏎}; printf "<<%s|%d>>\\n" "$l" "$READLINE_POINT"'`,
        "stty -ixon",
        `history -c; history -r '${folder.path}/history'`,
      ].join("\n"),
    );
    const differences: string[] = [];
    for (const parts of TYPED) {
      const [bash, { line }] = [await typeInBash(folder.path, parts), typeInEditor(parts)];
      if (line !== bash) differences.push(`${JSON.stringify(parts)}: ${line}, in bash ${bash}`);
    }
    assertEquals(differences, []);
  },
});
