/** What hostile IRC clients send: the hub stays up, others are unharmed, and its memory stays bounded. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { DEFAULT_LIMITS } from "../../server/limits.ts";
import { bare, Besieged, CONTROL, frames, peakMemory } from "../support/besieged.ts";
import { joinWithIrc } from "../support/irc.ts";
import { countLines } from "../support/log_lines.ts";
import { Peer } from "../support/peer.ts";
import type { Hub } from "../support/program.ts";
import { AFTER, assertSafe, BEFORE, EVILS, newNick } from "./evils.ts";

const MIB = 1024 * 1024;
/** More than what is left over from earlier cases may be. */
const SLACK = 200 * MIB;

/** Waits until the hub has read all that an IRC client has sent. */
async function settle(irc: Peer): Promise<void> {
  const mark = crypto.randomUUID();
  irc.send(`PING ${mark}\r\n`);
  await irc.until(RegExp(` PONG \\S+ ${mark}`));
}

/** Asserts that there are no control characters in what an IRC client received, but in the form of an action. */
function assertSafeLines(irc: Peer): void {
  for (const line of new TextDecoder().decode(irc.received()).split("\r\n")) {
    // deno-lint-ignore no-control-regex
    const text = line.replace(/ :\x01ACTION (.*)\x01$/, " :$1");
    assertEquals(CONTROL.exec(text), null, JSON.stringify(line));
  }
}

/** A member with `nc` and a bot, who must be told nothing but what `told` names. */
async function openWitnesses(hub: Hub) {
  const stack = new AsyncDisposableStack();
  const nc = stack.use(await bare(hub, newNick("nc")));
  const bot = stack.use(await frames(hub, newNick("bot")));
  return {
    nc,
    bot,
    /** Asserts that an IRC client is heard, and that nothing that was said before reached anybody. */
    async assertOnly(irc: Peer): Promise<void> {
      irc.send("PRIVMSG #general :still here\r\n");
      const saying = /^\S+: /;
      assertMatch(await nc.until(saying), /^\S+: still here$/);
      assertEquals((await bot.untilFrame("message")).text, "still here");
      assertSafe(nc, bot);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

Deno.test("IRC lines that are too long, binary or no lines harm nobody", async (t) => {
  await using siege = await Besieged.start(t);
  const whole = (text: string) => new TextEncoder().encode(`${text}\r\n`);
  const lines: readonly [name: string, lines: readonly Uint8Array[], answer: RegExp][] = [
    ["a text that is too long", [whole(`PRIVMSG #general :${"x".repeat(4000)}`)], / 417 /],
    [
      "a line that is too long for any tags",
      [whole(`@a=${"x".repeat(8000)} PRIVMSG #general :x`)],
      / 417 /,
    ],
    ["tags that are too long", [whole(`@a=${"x".repeat(4200)} PRIVMSG #general :x`)], / 417 /],
    ["many tags", [whole(`@${"a;".repeat(2000)} PRIVMSG`)], / 411 /],
    ["tags that escape nothing", [whole(`@${"a=\\;".repeat(1000)} PRIVMSG`)], / 411 /],
    ["invalid UTF-8", [
      Uint8Array.of(...whole("PRIVMSG #general :x").slice(0, -2), 0xff, 0xfe, 13, 10),
    ], / FAIL \S+ INVALID_UTF8 /],
    ["binary", [Uint8Array.from({ length: 2000 }, (_, at) => (at * 37) % 256)], /^/],
    ["blank lines", [whole("\r\n\r\n \r\n:\r\n@\r\n@ :\r\n@a :b\r\n:a")], /^/],
    ["unknown commands", [whole("X".repeat(500))], / 421 /],
    ["many params", [whole(`JOIN ${"a ".repeat(240)}`)], / 403 /],
  ];
  for (const [name, sent, answer] of lines) {
    await siege.case(name, async (hub) => {
      await using witnesses = await openWitnesses(hub);
      await using eve = await joinWithIrc(hub, newNick("eve"));
      for (const bytes of sent) eve.send(bytes);
      eve.send("\r\n");
      if (answer.source !== "^") await eve.until(answer);
      await settle(eve);
      await witnesses.assertOnly(eve);
      assertSafeLines(eve);
    });
  }

  await siege.case("a line that never ends", async (hub) => {
    await using eve = await joinWithIrc(hub, newNick("eve"));
    const more = new Uint8Array(64 * 1024).fill(0x41);
    // A peer that goes on writing may be reset before it has read the reason.
    eve.send(more);
    eve.send(more);
    await eve.until("ERROR :");
    while (await eve.send(more).then(() => true, () => false));
    await eve.closed();
  });

  for (const begin of ["NICK ", "CAP LS ", "PASS ", "USER "]) {
    await siege.case(
      `a first line that begins with ${begin.trim()} and never ends`,
      async (hub) => {
        await using eve = await Peer.connect(hub.port);
        eve.send(begin + "x".repeat(600));
        eve.send("x".repeat(200_000));
        await eve.closed();
      },
    );
  }
});

Deno.test("floods of IRC commands harm nobody", async (t) => {
  await using siege = await Besieged.start(t);
  const floods: readonly [name: string, line: (index: number) => string, count: number][] = [
    ["JOIN of new rooms", (index) => `JOIN #r${index}`, 1000],
    [
      "JOIN of many rooms a line",
      (index) => `JOIN ${Array.from({ length: 40 }, (_, at) => `#s${index}-${at}`)}`,
      200,
    ],
    ["JOIN and PART", (index) => index % 2 ? "PART #here" : "JOIN #here", 2000],
    ["NICK", (index) => `NICK eve-${index}`, 1000],
    ["CAP REQ", (index) => `CAP REQ :${index % 2 ? "" : "-"}batch message-tags server-time`, 5000],
    ["CAP LS", () => "CAP LS 302", 5000],
    ["AUTHENTICATE", (index) => `AUTHENTICATE ${index % 2 ? "PLAIN" : "QUJD"}`, 5000],
    ["TAGMSG", (index) => `@+a=${"x".repeat(4000)};+b=${index} TAGMSG #general,#general`, 1000],
    ["labels", (index) => `@label=${index} WHOIS nobody`, 5000],
    ["MODE", () => "MODE #general +imimimimimim", 1000],
    ["SETNAME", () => `SETNAME :${"ñ".repeat(200)}`, 2000],
    [
      "WHO, NAMES and LIST",
      (index) => ["WHO #general", "NAMES #general", "LIST"][index % 3]!,
      3000,
    ],
    ["CHATHISTORY", () => "CHATHISTORY LATEST #general * 100", 1000],
    [
      "batches that are opened again and again",
      (index) => `BATCH +b${index} draft/multiline #general`,
      5000,
    ],
  ];
  for (const [name, line, count] of floods) {
    await siege.case(name, async (hub) => {
      await using witnesses = await openWitnesses(hub);
      await using eve = await joinWithIrc(hub, newNick("eve"), {
        capabilities: ["labeled-response", "batch", "message-tags", "echo-message"],
      });
      for (let index = 0; index < count; index += 100) {
        const lines = Array.from(
          { length: Math.min(100, count) },
          (_, at) => `${line(index + at)}\r\n`,
        );
        await eve.send(lines.join(""));
      }
      await settle(eve);
      await witnesses.assertOnly(eve);
    });
  }

  await siege.case("batches that are left open hold little, and say nothing", async (hub) => {
    await using witnesses = await openWitnesses(hub);
    const before = await peakMemory(hub.pid);
    await using stack = new AsyncDisposableStack();
    const line = `@batch=b PRIVMSG #general :${"x".repeat(450)}\r\n`;
    for (let count = 0; count < 100; count++) {
      const eve = stack.use(
        await joinWithIrc(hub, newNick("eve"), { capabilities: ["batch", "draft/multiline"] }),
      );
      eve.send("BATCH +b draft/multiline #general\r\n" + line.repeat(36));
      await settle(eve);
    }
    await using ana = await joinWithIrc(hub, newNick("ana"));
    await witnesses.assertOnly(ana);
    assert(await peakMemory(hub.pid) - before < SLACK);
  });

  await siege.case("answers that are not read", async (hub) => {
    await using witnesses = await openWitnesses(hub);
    const before = await peakMemory(hub.pid);
    await using eve = await joinWithIrc(hub, newNick("eve"));
    eve.pause();
    // The hub stops reading, so that what is sent is not accepted at some time.
    const asked = eve.send("WHO #general\r\nLIST\r\nHELP\r\n".repeat(100_000));
    await using ana = await joinWithIrc(hub, newNick("ana"));
    await witnesses.assertOnly(ana);
    assert(await peakMemory(hub.pid) - before < SLACK);
    eve.reset();
    await asked.catch(() => {});
  });

  await siege.case(
    "IRC clients that never read are dropped, and others lose nothing",
    async (hub) => {
      const before = await peakMemory(hub.pid);
      const [stuck, text] = [20, "x".repeat(60_000)];
      await using stack = new AsyncDisposableStack();
      const capabilities = [["batch", "draft/multiline", "message-tags"], ["server-time"]];
      for (let count = 0; count < stuck; count++) {
        const eve = await joinWithIrc(hub, newNick("stuck"), {
          capabilities: capabilities[count % 2]!,
        });
        stack.use(eve).pause();
      }
      const ana = stack.use(await joinWithIrc(hub, newNick("ana")));
      const bot = stack.use(await frames(hub, newNick("bot")));
      const dropped = () =>
        countLines(hub.stderr().split("\n"), /msg=dropped .*reason=slow_consumer/);
      let sent = 0;
      for (; dropped() < stuck; sent++) {
        bot.sendFrame({ type: "say", ref: `${sent}`, text: `${sent} ${text}` });
        await bot.untilFrame("ack");
        await ana.until(RegExp(` PRIVMSG #general :${sent} x`));
      }
      assert(await peakMemory(hub.pid) - before < stuck * DEFAULT_LIMITS.pending + SLACK);
    },
  );
});

Deno.test("no control character in any field of IRC reaches anybody or the log", async (t) => {
  await using siege = await Besieged.start(t);
  const fields: readonly [name: string, line: (value: string, nick: string) => string][] = [
    ["a message", (value) => `PRIVMSG #general :${value}`],
    ["an action", (value) => `PRIVMSG #general :\x01ACTION ${value}\x01`],
    ["a notice", (value) => `NOTICE #general :${value}`],
    ["a private message", (value, nick) => `PRIVMSG ${nick} :${value}`],
    ["a target", (value) => `PRIVMSG ${value} :x`],
    ["a topic", (value) => `TOPIC #general :${value}`],
    ["a nick", (value) => `NICK ${value}`],
    ["a room", (value) => `JOIN #${value}`],
    ["a reason", (value) => `JOIN #left\r\nPART #left :${value}`],
    ["a real name", (value) => `SETNAME :${value}\r\nJOIN #real\r\nPART #real`],
    ["a text about being away", (value) => `AWAY :${value}`],
    ["a tag", (value) => `@+a=${value};+${value}=1 PRIVMSG #general :x`],
    ["an escaped tag", (value) => `@+a=\\${value}\\n\\r TAGMSG #general`],
    ["a label", (value) => `@label=${value} PING 1`],
    ["a mode", (value) => `MODE #general +${value}`],
    ["a kick", (value, nick) => `KICK #general ${nick} :${value}`],
    ["an unknown command", (value) => `FOO${value} x`],
    ["a password", (value) => `OPER x ${value}`],
  ];
  for (const [name, line] of fields) {
    await siege.case(name, async (hub) => {
      await using witnesses = await openWitnesses(hub);
      const nick = newNick("irc");
      await using irc = await joinWithIrc(hub, nick, {
        capabilities: ["extended-join", "message-tags"],
      });
      await using eve = await joinWithIrc(hub, newNick("eve"));
      const evils = name === "a password"
        ? [EVILS.filter((evil) => evil !== "\n").join("")]
        : EVILS;
      for (const evil of evils) eve.send(`${line(`${BEFORE}${evil}${AFTER}`, nick)}\r\n`);
      await settle(eve);
      await settle(irc);
      for (const peer of [witnesses.nc, witnesses.bot]) assertSafe(peer);
      assertSafeLines(irc);
    });
  }
});
