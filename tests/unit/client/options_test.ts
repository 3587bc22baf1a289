import { assertEquals, assertThrows } from "@std/assert";
import { parseArguments } from "../../../cli/command_line.ts";
import { UsageError } from "../../../cli/usage_error.ts";
import {
  CLIENT_COMMAND_LINE,
  type ClientOptions,
  readClientOptions,
  usesColor,
} from "../../../client/options.ts";

function read(args: string[], variables: Record<string, string> = {}): ClientOptions {
  return readClientOptions(parseArguments(CLIENT_COMMAND_LINE, args), (name) => variables[name]);
}

function fault(...args: string[]): string {
  return assertThrows(() => read(args), UsageError).message;
}

/** What is chosen by who chooses nothing. */
const USUAL: ClientOptions = {
  addresses: [{ hostname: "127.0.0.1", port: 3000 }],
  lang: "en",
  color: "auto",
  theme: "default",
  time: "HH:MM",
  joins: "all",
  isAscii: false,
  bell: "bell",
  wantsHistory: true,
  isPlain: false,
  inputHistory: true,
};

Deno.test("without options the client joins this machine's hub as a guest", () => {
  assertEquals(read([]), { ...USUAL, isAnywhere: true });
});

Deno.test("the client's options and address are read in any order", () => {
  const expected: ClientOptions = {
    ...USUAL,
    addresses: [{ hostname: "chat.example", port: 4000 }],
    nick: "ana",
    lang: "es",
    color: "never",
  };
  const flags = ["--name", "ana", "--lang=es", "--color", "never"];
  assertEquals(read([...flags, "chat.example", "4000"]), expected);
  assertEquals(read(["chat.example:4000", ...flags]), expected);
});

Deno.test("who names no hub may have one found, and who names a port alone has named one", () => {
  assertEquals(read(["--name", "ana"]).isAnywhere, true);
  for (const address of ["3000", "127.0.0.1", "chat.example:4000"]) {
    assertEquals(read([address]).isAnywhere, undefined);
  }
});

Deno.test("the client takes several hubs", () => {
  assertEquals(read(["a:1", "--name", "ana", "b:2"]).addresses, [
    { hostname: "a", port: 1 },
    { hostname: "b", port: 2 },
  ]);
});

Deno.test("the client's language is the environment's unless it is given", () => {
  assertEquals(read([], { LANG: "es_ES.UTF-8" }).lang, "es");
  assertEquals(read(["--lang", "en"], { LANG: "es_ES.UTF-8" }).lang, "en");
});

Deno.test("a nick stays as it was typed, digits included", () => {
  assertEquals(read(["--name", "007"]).nick, "007");
  assertEquals(read(["--name", "José Luis"]).nick, "José Luis");
});

Deno.test("a script says which room, and either what to send or that it speaks frames", () => {
  assertEquals(read(["--room", "ops"]).room, "ops");
  assertEquals(read(["--json"]).json, true);
  assertEquals(read(["--send", "uno\r\ndos"]).send, "uno\ndos");
  assertEquals(read(["--send=-x"]).send, "-x");
  assertEquals(fault("--send", "x", "--json"), "--json and --send cannot be used together");
  assertEquals(fault("--send", " \n"), "--send needs a value");
});

Deno.test("how long to try again is a number of seconds, and left open unless given", () => {
  assertEquals(read(["--retry", "0"]).retry, 0);
  assertEquals(read(["--retry=90"]).retry, 90);
  assertEquals("retry" in read([]), false);
});

Deno.test("how the conversation reads is a matter of taste", () => {
  const flags = ["--theme", "mono", "--time=relative", "--joins", "smart", "--ascii"];
  assertEquals(read([...flags, "--notify", "--no-history", "--plain"]), {
    ...USUAL,
    isAnywhere: true,
    theme: "mono",
    time: "relative",
    joins: "smart",
    isAscii: true,
    bell: "notify",
    wantsHistory: false,
    isPlain: true,
  });
});

Deno.test("without the bell there is no notification either", () => {
  assertEquals(read(["--no-bell"]).bell, "none");
  assertEquals(read(["--notify", "--no-bell"]).bell, "none");
});

Deno.test("nothing is redrawn on a dumb terminal", () => {
  assertEquals(read([], { TERM: "dumb" }).isPlain, true);
  assertEquals(read([], { TERM: "xterm" }).isPlain, false);
});

Deno.test("what is typed is kept for the next time unless it is not to be", () => {
  assertEquals(read(["--no-input-history"]).inputHistory, false);
});

Deno.test("the password comes from the environment, and the name of its file from the options", () => {
  assertEquals(read([], { CHAT_PASSWORD: "x y" }).password, "x y");
  assertEquals("password" in read([], { CHAT_PASSWORD: "" }), false);
  const both = read(["--password-file", "secret.txt"], { CHAT_PASSWORD: "x" });
  assertEquals([both.password, both.passwordFile], ["x", "secret.txt"]);
});

Deno.test("what the client's options do not take is named", () => {
  assertEquals(fault("--retry", "x"), '--retry must be a whole number from 0 to 1000000, not "x"');
  assertEquals(fault("--password-file="), "--password-file needs a value");
  assertEquals(fault("--lang", "fr"), '--lang must be one of en, es, not "fr"');
  assertEquals(fault("--color", "sure"), '--color must be one of auto, always, never, not "sure"');
  assertEquals(
    fault("--theme", "dark"),
    '--theme must be one of default, mono, high-contrast, not "dark"',
  );
  assertEquals(fault("--time", "now"), '--time must be one of HH:MM, relative, none, not "now"');
  assertEquals(fault("--joins", "some"), '--joins must be one of all, smart, none, not "some"');
  assertEquals(fault("--name="), "--name needs a value");
  assertEquals(fault("--nmae", "ana"), "unknown option --nmae: did you mean --name?");
});

Deno.test("nobody can connect to port 0", () => {
  assertEquals(fault("localhost", "0"), '"0" is not a port: use a number from 1 to 65535');
  assertEquals(fault("0"), '"0" is not a port: use a number from 1 to 65535');
});

Deno.test("usesColor does as it is told, unless NO_COLOR is set", () => {
  const dumb = (name: string) => name === "TERM" ? "dumb" : undefined;
  assertEquals(usesColor("always", false, dumb), true);
  assertEquals(usesColor("never", true, () => undefined), false);
  assertEquals(usesColor("always", true, (name) => name === "NO_COLOR" ? "1" : undefined), false);
});

Deno.test("usesColor decides by the terminal, NO_COLOR and TERM when nothing is said", () => {
  const decide = (isTerminal: boolean, variables: Record<string, string> = {}) =>
    usesColor("auto", isTerminal, (name) => variables[name]);
  assertEquals(decide(true), true);
  assertEquals(decide(false), false);
  assertEquals(decide(true, { TERM: "xterm-256color" }), true);
  assertEquals(decide(true, { TERM: "dumb" }), false);
  assertEquals(decide(true, { NO_COLOR: "1" }), false);
  assertEquals(decide(true, { NO_COLOR: "0" }), false); // set to anything
  assertEquals(decide(true, { NO_COLOR: "" }), true); // set to nothing
});
