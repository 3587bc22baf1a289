import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { findUrls, hyperlink, takesLinks } from "../../../../client/ui/links.ts";
import { sanitize } from "../../../../common/protocol/sanitize.ts";
import config from "../../../../deno.json" with { type: "json" };
import { testProperty } from "../../../support/property.ts";

const urlsIn = (text: string) => findUrls(text).map(({ start, end }) => text.slice(start, end));

Deno.test("a URL ends before the punctuation and the brackets that are not its own", () => {
  const cases: [text: string, ...urls: string[]][] = [
    ["https://x.org", "https://x.org"],
    [
      "see http://x.org/a, FTP://x.org/b. mailto:a@x.org!",
      ..."http://x.org/a FTP://x.org/b mailto:a@x.org".split(" "),
    ],
    ["(https://x.org/a).", "https://x.org/a"],
    ["[docs](https://x.org/a)", "https://x.org/a"],
    [
      "<https://x.org/a> 'https://x.org/b' \"https://x.org/c\"",
      ..."abc".split("").map((it) => `https://x.org/${it}`),
    ],
    ["https://en.wikipedia.org/wiki/A_(b)?", "https://en.wikipedia.org/wiki/A_(b)"],
    ["(https://en.wikipedia.org/wiki/A_(b))", "https://en.wikipedia.org/wiki/A_(b)"],
    ["http://[::1]:3000/x", "http://[::1]:3000/x"],
    ["*https://x.org/a*", "https://x.org/a"],
    ["`https://x.org/a`", "https://x.org/a"],
    ["https://x.org/?q=1&r=%20;s#a,b'c!d", "https://x.org/?q=1&r=%20;s#a,b'c!d"],
    ["https://ja.wikipedia.org/wiki/日本。", "https://ja.wikipedia.org/wiki/日本"],
    ["https://españa.es/año", "https://españa.es/año"],
    ["https://x.org/a\nhttps://x.org/b", "https://x.org/a", "https://x.org/b"],
    ["https:// xhttps://x.org http:x.org javascript:alert(1) file:///etc/passwd https://..."],
    ["https://x.org/a\u00a0b\u2800\u3164c", "https://x.org/a"],
    ["https://x.org/a\ufffd[31mred", "https://x.org/a"],
    [`https://x.org/${"a".repeat(60_000)}`],
  ];
  for (const [text, ...urls] of cases) assertEquals(urlsIn(text), urls, text);
});

Deno.test("a link holds the whole URL in printable ASCII, and one id for all its pieces", () => {
  assertEquals(
    hyperlink("https://x.org/año;a")("año"),
    "\x1b]8;id=chat;https://x.org/a%C3%B1o;a\x1b\\año\x1b]8;;\x1b\\",
  );
  const long = `https://x.org/${"ñ".repeat(1000)}`;
  assertEquals(hyperlink(long)("ñ"), "ñ");
});

testProperty("no text can do anything but name the target of a link", { weight: 5 }, (check) => {
  const part = fc.oneof(
    fc.constantFrom(
      "https://x.org/",
      "mailto:",
      "(",
      ")",
      "[",
      "]",
      ".",
      "\x1b",
      "\x07",
      "\u202e",
      ";",
      " ",
      "\n",
      "é",
      "😀",
    ),
    fc.string({ unit: "binary", maxLength: 5 }),
  );
  check(fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
    const text = sanitize(parts.join(""), { newlines: true });
    let at = 0;
    for (const { start, end, closed } of findUrls(text)) {
      assert(at <= start && start < end && end <= closed && closed <= text.length);
      const url = text.slice(start, end);
      // deno-lint-ignore no-control-regex
      assert(/^\x1b\]8;id=chat;[\x21-\x7e]+\x1b\\x\x1b\]8;;\x1b\\$/.test(hyperlink(url)("x")));
      at = end;
    }
  }));
});

Deno.test("URLs are found in time linear in the length of the text", () => {
  for (
    const part of ["https://", "https://x(", "https://x.)", "https://.", "mailto:[", "https://x' "]
  ) {
    findUrls(part.repeat(100_000)); // would take minutes otherwise
  }
});

function takes(variables: Record<string, string>): boolean {
  return takesLinks((name) => {
    assert(config.permissions.chat.env.includes(name), `${name} may not be read`);
    return variables[name];
  });
}

Deno.test("links are made only in terminals that are known to take them", () => {
  const xterm = { TERM: "xterm-256color" };
  const tmux = { TERM: "tmux-256color", TMUX: "/tmp/tmux,1,0", TERM_PROGRAM: "tmux" };
  const known: Record<string, string>[] = [
    { TERM: "xterm-kitty" },
    { TERM: "foot" },
    { TERM: "alacritty" },
    { TERM: "xterm-ghostty" },
    { ...xterm, KITTY_WINDOW_ID: "1" },
    { ...xterm, TERM_PROGRAM: "iTerm.app" },
    { ...xterm, TERM_PROGRAM: "WezTerm" },
    { ...xterm, TERM_PROGRAM: "ghostty" },
    { ...xterm, TERM_PROGRAM: "vscode", TERM_PROGRAM_VERSION: "1.90.0" },
    { ...xterm, LC_TERMINAL: "iTerm2" },
    { ...xterm, VTE_VERSION: "7600" },
    { ...xterm, VTE_VERSION: "5001" },
    { ...xterm, KONSOLE_VERSION: "201200" },
    { ...xterm, KONSOLE_VERSION: "230803" },
    { WT_SESSION: "a-b-c" },
    ...["3.4", "3.5a", "3.10", "next-3.6", "4.0", "10.1"].map((version) => ({
      ...tmux,
      TERM_PROGRAM_VERSION: version,
    })),
  ];
  const unknown: Record<string, string>[] = [
    {},
    xterm,
    { TERM: "linux" },
    { ...xterm, TERM_PROGRAM: "Apple_Terminal" },
    { ...xterm, VTE_VERSION: "4803" },
    { ...xterm, VTE_VERSION: "5000" },
    { ...xterm, KONSOLE_VERSION: "200804" },
    { TERM: "football" },
    { TERM: "screen-256color", KITTY_WINDOW_ID: "1", VTE_VERSION: "7600" },
    { ...tmux, KITTY_WINDOW_ID: "1" },
    { ...tmux, TERM_PROGRAM_VERSION: "3.3a", VTE_VERSION: "7600" },
    { TERM: "tmux-256color" },
  ];
  for (const variables of known) assert(takes(variables), JSON.stringify(variables));
  for (const variables of unknown) assert(!takes(variables), JSON.stringify(variables));
});
