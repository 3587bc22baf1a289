import { assertEquals } from "@std/assert";
import { TestHub, type TestPeer } from "../../../../support/hub.ts";
import { askIrc, ircMember } from "../../../../support/irc.ts";

/** Ten messages, the first at 12:00:01 and each a second after the one before it, and a member who may see them. */
function told(...capabilities: string[]) {
  const test = new TestHub({ isStill: true, start: Date.UTC(2026, 0, 1, 12) });
  const [nc] = test.textMembers("nc");
  for (let number = 1; number <= 10; number++) {
    test.now += 1000;
    nc.ask(`m${number}`);
  }
  return { test, nc, ana: ircMember(test, "ana", "message-tags", "batch", ...capabilities) };
}

/** The numbers of the messages that a line is answered with. */
function ask(peer: TestPeer, line: string): string {
  const lines = askIrc(peer, line);
  const [, name = ""] = / BATCH \+(\S+) chathistory #general$/.exec(lines.shift() ?? "") ?? [];
  assertEquals(lines.pop(), `:hub.test BATCH -${name}`);
  const message = new RegExp(`^@batch=${name};msgid=(\\d+) :nc!chat@chat PRIVMSG #general m\\1$`);
  return lines.map((each) => message.exec(each)?.[1] ?? each).join(" ");
}

Deno.test("messages are asked for by their ids and times, on either side or between", () => {
  const { ana } = told();
  const at = (second: string) => `timestamp=2026-01-01T12:00:${second}Z`;
  for (
    const [line, wanted] of [
      ["LATEST #general * 3", "8 9 10"],
      ["latest #GENERAL * 100", "1 2 3 4 5 6 7 8 9 10"],
      ["LATEST #general msgid=6 100", "7 8 9 10"],
      ["LATEST #general msgid=6 2", "9 10"],
      ["BEFORE #general msgid=6 2", "4 5"],
      [`BEFORE #general ${at("06.000")} 2`, "4 5"],
      ["AFTER #general msgid=6 2", "7 8"],
      [`AFTER #general ${at("06.500")} 2`, "7 8"],
      ["AROUND #general msgid=6 3", "5 6 7"],
      ["AROUND #general msgid=1 4", "1 2 3 4"],
      ["BETWEEN #general msgid=2 msgid=9 3", "3 4 5"],
      ["BETWEEN #general msgid=9 msgid=2 3", "6 7 8"],
      [`BETWEEN #general ${at("02")} ${at("05")} 9`, "3 4"],
      ["BEFORE #general msgid=1 5", ""],
      ["AFTER #general msgid=999999 5", ""],
      ["BETWEEN #general msgid=4 msgid=5 5", ""],
    ] as const
  ) {
    assertEquals(ask(ana, `CHATHISTORY ${line}`), wanted, line);
  }
});

Deno.test("what cannot be asked for fails", () => {
  const { nc, ana } = told();
  nc.ask("/join dev");
  for (
    const [line, code] of [
      ["", "INVALID_PARAMS"],
      ["LATEST", "INVALID_PARAMS"],
      ["FOO #general * 3", "INVALID_PARAMS FOO"],
      ["LATEST #general * 0", "INVALID_PARAMS LATEST"],
      ["LATEST #general * -1", "INVALID_PARAMS LATEST"],
      ["LATEST #general * 1e9", undefined],
      ["BEFORE #general * 3", "INVALID_PARAMS BEFORE"],
      ["BEFORE #general msgid=x 3", "INVALID_PARAMS BEFORE"],
      ["BEFORE #general timestamp=ayer 3", "INVALID_PARAMS BEFORE"],
      ["BETWEEN #general msgid=1 3", "INVALID_PARAMS BETWEEN"],
      ["LATEST #dev * 3", "INVALID_TARGET LATEST #dev"],
      ["LATEST #nada * 3", "INVALID_TARGET LATEST #nada"],
      ["LATEST nc * 3", "INVALID_TARGET LATEST nc"],
    ] as const
  ) {
    const [first = ""] = askIrc(ana, `CHATHISTORY ${line}`);
    const [, told] = /FAIL CHATHISTORY (.*?) :/.exec(first) ?? [];
    assertEquals(told?.startsWith(code ?? "-") ?? code === undefined, true, `${line}: ${first}`);
  }
});

Deno.test("a client that shows times gets the latest messages on joining, as a batch if it knows batches", () => {
  const test = new TestHub({ historyOnJoin: 2 });
  const [nc] = test.textMembers("nc");
  nc.send("uno", "dos", "tres");
  const join = (nick: string, capabilities: string) => {
    const peer = test.connect();
    test.hub.useIrc(peer.session);
    peer.send(`CAP REQ :${capabilities}`, `NICK ${nick}`, `USER ${nick} 0 * :x`, "CAP END");
    return askIrc(peer).filter((line) => / BATCH | PRIVMSG /.test(line))
      .map((line) => line.replace(/;?time=[^; ]+/, "").replace(/^@ /, ""));
  };
  assertEquals(join("ana", "batch server-time"), [
    ":hub.test BATCH +h1 chathistory #general",
    "@batch=h1 :nc!chat@chat PRIVMSG #general dos",
    "@batch=h1 :nc!chat@chat PRIVMSG #general tres",
    ":hub.test BATCH -h1",
  ]);
  assertEquals(join("eva", "server-time"), [
    ":nc!chat@chat PRIVMSG #general dos",
    ":nc!chat@chat PRIVMSG #general tres",
  ]);
  assertEquals(join("bot", "batch"), []);
});

Deno.test("a message of several lines in a batch of history is a batch within it", () => {
  const { test, ana } = told("draft/multiline");
  const bot = test.framesMember("bot");
  askIrc(ana);
  bot.say("1", "uno\ndos");
  test.tick();
  askIrc(ana);
  const lines = askIrc(ana, "CHATHISTORY LATEST #general * 1");
  const [, name] = /BATCH \+(\S+) chathistory/.exec(lines[0] ?? "") ?? [];
  assertEquals(lines.slice(1), [
    `@batch=${name};msgid=11 :bot!chat@chat BATCH +m11 draft/multiline #general`,
    "@batch=m11 :bot!chat@chat PRIVMSG #general uno",
    "@batch=m11 :bot!chat@chat PRIVMSG #general dos",
    `:hub.test BATCH -m11`,
    `:hub.test BATCH -${name}`,
  ]);
});

Deno.test("a long message is not shortened for others that are not asked for", () => {
  const test = new TestHub({ limits: { pending: 256 * 1024 } });
  const bot = test.framesMember("bot");
  const ana = ircMember(test, "ana", "batch", "draft/multiline");
  for (let ref = 1; ref <= 10; ref++) bot.say(`${ref}`, "x".repeat(12_000));
  askIrc(ana);
  const lines = askIrc(ana, "CHATHISTORY LATEST #general * 1");
  assertEquals(lines.join("").match(/x/g)?.length, 12_000);
});
