import { assertEquals } from "@std/assert";
import { TestHub, type TestPeer } from "../../../../support/hub.ts";
import { askIrc, bareLine, ircMember, ircPeer } from "../../../../support/irc.ts";

const asPlain = (user: string, password: string) => btoa(`\0${user}\0${password}`);
/** What came, without the numerics of the welcome but the first and the last line. */
const ask = (peer: TestPeer, ...lines: string[]) =>
  askIrc(peer, ...lines).map(bareLine).filter((line) =>
    !/^(00[2-5]|25\d|26\d|37\d|422) /.test(line)
  );

const WELCOME = (nick: string, names = nick) => [
  `001 :Welcome to the chat, ${nick}`,
  `${nick}!${nick}@chat JOIN #general`,
  `353 = #general ${names.includes(" ") ? `:${names}` : names}`,
  "366 #general :End of /NAMES list",
];

Deno.test("NICK and USER in either order are a welcome to the first room", () => {
  for (const order of [["NICK ana", "USER ana 0 * :Ana"], ["USER ana 0 * :Ana", "NICK ana"]]) {
    assertEquals(ask(ircPeer(new TestHub()), ...order), WELCOME("ana"));
  }
});

Deno.test("the welcome says what the hub supports, its users, and its message of the day", () => {
  const peer = ircPeer(new TestHub({ motd: "mañana a las diez\n¡hola!" }));
  const lines = askIrc(peer, "NICK ana", "USER ana 0 * :Ana").map(bareLine);
  const tokens = lines.filter((line) => line.startsWith("005 ")).join(" ");
  for (const token of ["CASEMAPPING=ascii", "CHANTYPES=#", "PREFIX=(o)@", "UTF8ONLY", "WHOX"]) {
    assertEquals(tokens.includes(` ${token} `), true, token);
  }
  assertEquals(lines.filter((line) => /^37\d /.test(line)), [
    "375 :- hub.test message of the day -",
    "372 :- mañana a las diez",
    "372 :- ¡hola!",
    "376 :End of /MOTD command",
  ]);
});

Deno.test("a client that negotiates is welcomed after CAP END", () => {
  const peer = ircPeer(new TestHub());
  const [listed = ""] = ask(peer, "CAP LS 302");
  for (const name of ["sasl=PLAIN", "server-time", "draft/multiline=max-bytes="]) {
    assertEquals(listed.includes(` ${name}`) || listed.includes(`:${name}`), true, name);
  }
  assertEquals(ask(peer, "NICK ana", "USER ana 0 * :Ana", "CAP REQ :batch no-such"), [
    "hub.test CAP * NAK :batch no-such",
  ]);
  assertEquals(ask(peer, "CAP REQ :batch server-time"), ["hub.test CAP * ACK :batch server-time"]);
  assertEquals(ask(peer, "CAP END"), WELCOME("ana"));
  assertEquals(ask(peer, "CAP REQ :-server-time", "CAP LIST"), [
    "hub.test CAP ana ACK -server-time",
    "hub.test CAP ana LIST :cap-notify batch",
  ]);
});

Deno.test("of two newcomers with one nick, the second is refused when it could join", () => {
  const test = new TestHub();
  const [first, second] = [ircPeer(test), ircPeer(test)];
  for (const peer of [first, second]) assertEquals(ask(peer, "NICK ana"), []);
  assertEquals(ask(first, "USER ana 0 * :Ana"), WELCOME("ana"));
  assertEquals(ask(second, "USER ana 0 * :Ana"), [
    '433 ana :the nick "ana" is in use: ana2 is free',
  ]);
  assertEquals(ask(second, "NICK ana2").slice(0, 1), ["001 :Welcome to the chat, ana2"]);
});

Deno.test("a nick that is taken or bad is refused with a free suggestion", () => {
  const test = new TestHub();
  ircMember(test, "ana");
  const peer = ircPeer(test);
  assertEquals(ask(peer, "NICK ANA", "NICK :a b", "NICK", "NICK system"), [
    '433 ANA :the nick "ANA" is in use: ANA2 is free',
    "432 * :a nick has no spaces: try a_b",
    "431 :No nickname given",
    '432 system :the nick "system" cannot be used: it is reserved',
  ]);
  assertEquals(ask(peer, "NICK ana2", "USER ana2 0 * :Ana"), WELCOME("ana2", "ana ana2"));
});

Deno.test("what is incomplete or comes too early is refused", () => {
  assertEquals(ask(ircPeer(new TestHub()), "USER a", "PASS", "JOIN #dev", "CAP", "FOO", "PING 7"), [
    "461 USER :Not enough parameters",
    "461 PASS :Not enough parameters",
    "451 :You have not registered",
    "410 * :Invalid CAP subcommand",
    "451 :You have not registered",
    "hub.test PONG hub.test 7",
  ]);
});

Deno.test("a client may leave before it has joined", () => {
  const test = new TestHub();
  const peer = ircPeer(test);
  assertEquals(peer.ask("QUIT :no"), ["ERROR :goodbye\r"]);
  assertEquals([peer.isClosed, test.hub.size], [true, 0]);
});

Deno.test("the hub's password comes with PASS, before or after the others", () => {
  const test = new TestHub({ password: "sésamo" });
  assertEquals(ask(ircPeer(test), "PASS sésamo", "NICK ana", "USER ana 0 * :A"), WELCOME("ana"));
  const late = ircPeer(test);
  assertEquals(
    ask(late, "NICK eva", "USER eva 0 * :E", "PASS mal").map((line) => line.slice(0, 4)),
    [
      "464 ",
      "464 ",
    ],
  );
  assertEquals(ask(late, "PASS sésamo"), WELCOME("eva", "ana eva"));
});

Deno.test("the hub's password comes with SASL", () => {
  const test = new TestHub({ password: "sésamo" });
  const peer = ircPeer(test);
  assertEquals(ask(peer, "CAP REQ sasl", "AUTHENTICATE PLAIN"), [
    "hub.test CAP * ACK sasl",
    "AUTHENTICATE +",
  ]);
  const password = new TextEncoder().encode("\0ana\0sésamo").toBase64();
  assertEquals(ask(peer, `AUTHENTICATE ${password}`), ["903 :SASL authentication successful"]);
  assertEquals(ask(peer, "NICK ana", "USER ana 0 * :A", "CAP END"), WELCOME("ana"));
  assertEquals(ask(peer, "AUTHENTICATE PLAIN"), ["907 :You have already authenticated"]);
});

Deno.test("a wrong password over SASL fails, and the third one ends the connection", () => {
  const test = new TestHub({ password: "sésamo" });
  const peer = ircPeer(test);
  ask(peer, "CAP REQ sasl");
  const wrong = ["AUTHENTICATE PLAIN", `AUTHENTICATE ${asPlain("ana", "mal")}`];
  assertEquals(ask(peer, ...wrong), ["AUTHENTICATE +", "904 :wrong password: 2 tries left"]);
  ask(peer, ...wrong);
  assertEquals(ask(peer, ...wrong), [
    "AUTHENTICATE +",
    "ERROR :disconnected: too many wrong passwords",
  ]);
  assertEquals(test.log.at(-1)?.["reason"], "auth_failed");
});

Deno.test("SASL that is no PLAIN fails, and may be given up", () => {
  const peer = ircPeer(new TestHub());
  assertEquals(ask(peer, "AUTHENTICATE EXTERNAL"), [
    "908 PLAIN :are available SASL mechanisms",
    "904 :SASL authentication failed",
  ]);
  for (
    const [text, answer] of [
      ["*", "906 :SASL authentication aborted"],
      ["!!!", "904 :SASL authentication failed"],
      [btoa("no fields"), "904 :SASL authentication failed"],
      ["A".repeat(401), "905 :SASL message too long"],
    ] as const
  ) {
    assertEquals(ask(peer, "AUTHENTICATE PLAIN", `AUTHENTICATE ${text}`), [
      "AUTHENTICATE +",
      answer,
    ]);
  }
  assertEquals(ask(peer, "NICK ana", "USER ana 0 * :A"), WELCOME("ana"));
});

Deno.test("what a client says about its user reaches others as safe text", () => {
  const test = new TestHub();
  const eva = ircMember(test, "eva", "extended-join");
  const peer = ircPeer(test);
  ask(peer, "NICK ana", "USER a@b\r!c 0 * :Ana\r:evil PRIVMSG\x1b[31m\u202eana");
  test.elapsed += 3000;
  test.hub.sweep();
  const name = "Ana:evil PRIVMSG\ufffd[31m\ufffdana";
  assertEquals(ask(eva), [`ana!abc@chat JOIN #general * :${name}`]);
  ask(peer, "SETNAME :x\r\x1b");
  assertEquals(ask(eva, "WHOIS ana")[0], "311 ana abc chat * x\ufffd");
});

Deno.test("the others learn of a newcomer in a few seconds, or before its first line, and not if it has moved on", () => {
  const test = new TestHub();
  const [nc] = test.textMembers("nc");
  const join = (nick: string) => {
    const peer = ircPeer(test);
    ask(peer, `NICK ${nick}`, `USER ${nick} 0 * :${nick}`);
    return peer;
  };
  ask(join("bot"), "JOIN #dev", "PART #general");
  assertEquals(nc.ask(), []);
  const ana = join("ana");
  assertEquals(nc.ask(), []);
  ask(ana, "PRIVMSG #general :hola");
  assertEquals(nc.ask(), ["* ana joined (2 here)", "ana: hola"]);
  join("eva");
  test.elapsed += 2000;
  test.hub.sweep();
  join("luis");
  assertEquals(nc.ask(), []);
  test.elapsed += 1000;
  test.hub.sweep();
  assertEquals(nc.ask(), ["* eva joined (3 here)", "* luis joined (4 here)"]);
});
