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

Deno.test("without options the client joins this machine's hub as a guest", () => {
  assertEquals(read([]), {
    address: { hostname: "127.0.0.1", port: 3000 },
    lang: "en",
    color: "auto",
    inputHistory: true,
  });
});

Deno.test("the client's options and address are read in any order", () => {
  const expected: ClientOptions = {
    address: { hostname: "chat.example", port: 4000 },
    nick: "ana",
    lang: "es",
    color: "never",
    inputHistory: true,
  };
  const flags = ["--name", "ana", "--lang=es", "--color", "never"];
  assertEquals(read([...flags, "chat.example", "4000"]), expected);
  assertEquals(read(["chat.example:4000", ...flags]), expected);
});

Deno.test("the client's language is the environment's unless it is given", () => {
  assertEquals(read([], { LANG: "es_ES.UTF-8" }).lang, "es");
  assertEquals(read(["--lang", "en"], { LANG: "es_ES.UTF-8" }).lang, "en");
});

Deno.test("a nick stays as it was typed, digits included", () => {
  assertEquals(read(["--name", "007"]).nick, "007");
  assertEquals(read(["--name", "José Luis"]).nick, "José Luis");
});

Deno.test("how long to try again is a number of seconds, and left open unless given", () => {
  assertEquals(read(["--retry", "0"]).retry, 0);
  assertEquals(read(["--retry=90"]).retry, 90);
  assertEquals("retry" in read([]), false);
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
  assertEquals(fault("--retry", "x"), '--retry takes a whole number from 0 to 1000000, not "x"');
  assertEquals(fault("--password-file="), "--password-file needs a value");
  assertEquals(fault("--lang", "fr"), '--lang takes one of en, es, not "fr"');
  assertEquals(fault("--color", "sure"), '--color takes one of auto, always, never, not "sure"');
  assertEquals(fault("--name="), "--name needs a value");
  assertEquals(fault("--nmae", "ana"), "no option --nmae: did you mean --name?");
});

Deno.test("nobody can connect to port 0", () => {
  assertEquals(fault("localhost", "0"), '"0" is no port: a port is a number from 1 to 65535');
  assertEquals(fault("0"), '"0" is no port: a port is a number from 1 to 65535');
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
