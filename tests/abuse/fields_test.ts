/** Control characters in every field that a user fills in, and nicks that look like another's. */

import { assert, assertEquals } from "@std/assert";
import { nickKey } from "../../common/protocol/names.ts";
import { bare, Besieged, frames } from "../support/besieged.ts";
import { Peer } from "../support/peer.ts";
import type { Hub } from "../support/program.ts";
import { tempDirectory } from "../support/temp.ts";
import {
  AFTER,
  assertSafe,
  BEFORE,
  EVILS,
  framed,
  isInText,
  newNick,
  PASSWORDS,
  safe,
  safeInFrame,
} from "./evils.ts";

const PASSWORD = "mod word";

/** Members of both dialects who must not receive anything harmful, and their nicks. */
async function openWitnesses(hub: Hub) {
  const stack = new AsyncDisposableStack();
  const nicks = { nc: newNick("nc"), bot: newNick("bot") };
  const nc = stack.use(await bare(hub, nicks.nc));
  const bot = stack.use(await frames(hub, nicks.bot));
  return {
    nc,
    bot,
    nicks,
    /** Waits until both have received everything that eve did before. */
    async settle(eve: Peer, dialect: "text" | "frames"): Promise<void> {
      for (const nick of Object.values(nicks)) {
        const line = `/msg ${nick} settled`;
        eve.send(dialect === "text" ? `${line}\n` : framed({ type: "command", line }));
      }
      await nc.until(/^\[private\] \S+: settled$/);
      while ((await bot.untilFrame("message")).text !== "settled");
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** A field of a command, the line that fills it, and what the others are shown of it, if anything. */
interface CommandField {
  name: string;
  line: (value: string, others: { nc: string; bot: string }) => string;
  /** What a user of `nc` is shown of a value that has been made safe. */
  shown?: (value: string, nick: string) => string;
}

const COMMAND_FIELDS: readonly CommandField[] = [
  { name: "an action", line: (value) => `/me ${value}`, shown: (v, nick) => `* ${nick} ${v}` },
  {
    name: "a notice",
    line: (value) => `/notice ${value}`,
    shown: (v, nick) => `${nick} (notice): ${v}`,
  },
  {
    name: "the text of a private message",
    line: (value, { nc }) => `/msg ${nc} ${value}`,
    shown: (v, nick) => `[private] ${nick}: ${v}`,
  },
  { name: "the receiver of a private message", line: (value) => `/msg ${value} hi` },
  { name: "a reply to a private message", line: (value) => `/r ${value}` },
  {
    name: "a topic",
    line: (value) => `/topic ${value}`,
    shown: (v, nick) => `* ${nick} changed the topic: ${v}`,
  },
  { name: "a room to join", line: (value) => `/join ${value}` },
  { name: "a room to leave", line: (value) => `/leave ${value}` },
  { name: "a language", line: (value) => `/lang ${value}` },
  { name: "a nick to ignore", line: (value) => `/ignore ${value}` },
  { name: "a number of messages to replay", line: (value) => `/history ${value}` },
  { name: "an unknown command", line: (value) => `/x${value}` },
  { name: "a nick", line: (value) => `/name ${value}` },
  { name: "a nick to kick", line: (value) => `/kick ${value}` },
  { name: "a nick to mute", line: (value) => `/mute ${value} 1` },
  { name: "the minutes of a mute", line: (value, { bot }) => `/mute ${bot} ${value}` },
  { name: "a nick to ban", line: (value) => `/ban ${value}` },
  { name: "a nick to unban", line: (value) => `/unban ${value}` },
  { name: "the seconds of slow mode", line: (value) => `/slow ${value}` },
];

async function modOptions() {
  const directory = await tempDirectory();
  await Deno.writeTextFile(`${directory.path}/mod`, PASSWORD, { mode: 0o600 });
  return { directory, args: ["--mod-password-file", `${directory.path}/mod`] };
}

/** Asserts that a user of `nc` is shown these lines, perhaps with others between them. */
async function assertShown(nc: Peer, lines: string[]): Promise<void> {
  for (const line of lines) assertEquals(await nc.until(line), line);
}

Deno.test("no control character in any field of the text dialect reaches anybody or the log", async (t) => {
  const { directory, args } = await modOptions();
  await using _ = directory;
  await using siege = await Besieged.start(t, args);
  const evils = EVILS.filter(isInText);

  await siege.case("a message", async (hub) => {
    await using witnesses = await openWitnesses(hub);
    const nick = newNick("eve");
    await using eve = await bare(hub, nick);
    for (const evil of evils) {
      eve.send(`${BEFORE}${evil}${AFTER}\n`);
      await assertShown(witnesses.nc, [`${nick}: ${BEFORE}${safe(evil)}${AFTER}`]);
      const { text } = await witnesses.bot.untilFrame("message");
      assertEquals(text, `${BEFORE}${safe(evil)}${AFTER}`);
    }
    assertSafe(witnesses.nc, witnesses.bot, eve);
  });

  for (const { name, line, shown } of COMMAND_FIELDS) {
    await siege.case(name, async (hub) => {
      await using witnesses = await openWitnesses(hub);
      const nick = newNick("eve");
      await using eve = await bare(hub, nick);
      eve.send(`/mod ${PASSWORD}\n`);
      await eve.until("you are a moderator now");
      for (const evil of evils) {
        eve.send(`${line(`${BEFORE}${evil}${AFTER}`, witnesses.nicks)}\n`);
        if (shown) await assertShown(witnesses.nc, [shown(`${BEFORE}${safe(evil)}${AFTER}`, nick)]);
      }
      await witnesses.settle(eve, "text");
      assertSafe(witnesses.nc, witnesses.bot, eve);
    });
  }

  await siege.case("a moderator's password", async (hub) => {
    await using witnesses = await openWitnesses(hub);
    for (const evil of PASSWORDS) {
      await using eve = await bare(hub, newNick("eve"));
      eve.send(`/mod ${BEFORE}${evil}${AFTER}\n`);
      await eve.until("! wrong password");
      assertSafe(eve);
    }
    assertSafe(witnesses.nc, witnesses.bot);
  });

  await siege.case("the reason of a kick", async (hub) => {
    await using witnesses = await openWitnesses(hub);
    const nick = newNick("eve");
    await using eve = await bare(hub, nick);
    eve.send(`/mod ${PASSWORD}\n`);
    await eve.until("you are a moderator now");
    for (const [at, evil] of evils.entries()) {
      const out = newNick("out");
      await using victim = await (at % 2 === 0 ? bare : frames)(hub, out);
      eve.send(`/kick ${out} ${BEFORE}${evil}${AFTER}\n`);
      await witnesses.nc.until(
        `* ${out} left: kicked by ${nick}: ${BEFORE}${safe(evil)}${AFTER} (`,
      );
      await victim.closed();
      assertSafe(victim);
    }
    assertSafe(witnesses.nc, witnesses.bot, eve);
  });

  await siege.case("the reason of an exit", async (hub) => {
    await using witnesses = await openWitnesses(hub);
    for (const evil of evils) {
      const nick = newNick("eve");
      await using eve = await bare(hub, nick);
      eve.send(`/exit ${BEFORE}${evil}${AFTER}\n`);
      await witnesses.nc.until(`* ${nick} left: ${BEFORE}${safe(evil)}${AFTER} (`);
      await eve.closed();
      assertSafe(eve);
    }
    // The leaves are announced before this, perhaps together with leaves of earlier cases.
    await using last = await bare(hub, newNick("last"));
    last.send("that was all\n");
    for (const witness of [witnesses.nc, witnesses.bot]) await witness.until("that was all");
    assertSafe(witnesses.nc, witnesses.bot);
  });
});

Deno.test("no control character in any field of a frame reaches anybody or the log", async (t) => {
  const { directory, args } = await modOptions();
  await using _ = directory;
  await using siege = await Besieged.start(t, args);

  await siege.case("a message", async (hub) => {
    await using witnesses = await openWitnesses(hub);
    const nick = newNick("eve");
    await using eve = await frames(hub, nick);
    for (const evil of EVILS) {
      eve.send(framed({ type: "say", text: `${BEFORE}${evil}${AFTER}` }));
      const shown = `${BEFORE}${safeInFrame(evil)}${AFTER}`;
      assertEquals((await witnesses.bot.untilFrame("message")).text, shown);
      await assertShown(witnesses.nc, `${nick}: ${shown}`.replaceAll("\n", "\n  | ").split("\n"));
    }
    assertSafe(witnesses.nc, witnesses.bot, eve);
  });

  await siege.case("a message of several lines", async (hub) => {
    await using witnesses = await openWitnesses(hub);
    const nick = newNick("eve");
    await using eve = await frames(hub, nick);
    for (const evil of EVILS) {
      eve.send(framed({ type: "say", text: `one\n${evil}${AFTER}\n${BEFORE}${evil}.` }));
      const shown = `one\n${safeInFrame(evil)}${AFTER}\n${BEFORE}${safeInFrame(evil)}.`;
      assertEquals((await witnesses.bot.untilFrame("message")).text, shown);
      await assertShown(witnesses.nc, `${nick}: ${shown}`.replaceAll("\n", "\n  | ").split("\n"));
    }
    assertSafe(witnesses.nc, witnesses.bot, eve);
  });

  await siege.case("a private message", async (hub) => {
    await using witnesses = await openWitnesses(hub);
    const nick = newNick("eve");
    await using eve = await frames(hub, nick);
    for (const evil of EVILS) {
      for (const to of Object.values(witnesses.nicks)) {
        eve.send(framed({ type: "say", text: `${BEFORE}${evil}${AFTER}`, to }));
      }
      const shown = `${BEFORE}${safeInFrame(evil)}${AFTER}`;
      assertEquals((await witnesses.bot.untilFrame("message")).text, shown);
      await assertShown(
        witnesses.nc,
        `[private] ${nick}: ${shown}`.replaceAll("\n", "\n  | ").split("\n"),
      );
    }
    assertSafe(witnesses.nc, witnesses.bot, eve);
  });

  const others: readonly [name: string, frame: (value: string) => Record<string, unknown>][] = [
    ["the receiver of a message", (value) => ({ type: "say", text: "x", to: value })],
    ["the room of a message", (value) => ({ type: "say", text: "x", room: value })],
    ["the ref of a message", (value) => ({ type: "say", text: "x", ref: value })],
    ["the ref of a command", (value) => ({ type: "command", line: "/nothing", ref: value })],
    ["a type", (value) => ({ type: value })],
    ["the name of a field", (value) => ({ type: "say", text: "x", [value]: value })],
    ["a field of the wrong type", (value) => ({ type: "say", text: { [value]: value } })],
  ];
  for (const [name, frame] of others) {
    await siege.case(name, async (hub) => {
      await using witnesses = await openWitnesses(hub);
      await using eve = await frames(hub, newNick("eve"));
      for (const evil of EVILS) eve.send(framed(frame(`${BEFORE}${evil}${AFTER}`)));
      await witnesses.settle(eve, "frames");
      assertSafe(witnesses.nc, witnesses.bot, eve);
    });
  }

  for (const { name, line } of COMMAND_FIELDS) {
    await siege.case(`${name}, in a command`, async (hub) => {
      await using witnesses = await openWitnesses(hub);
      await using eve = await frames(hub, newNick("eve"));
      eve.send(framed({ type: "command", line: `/mod ${PASSWORD}` }));
      assertEquals((await eve.untilFrame("reply")).code, "mod");
      for (const evil of EVILS) {
        eve.send(
          framed({ type: "command", line: line(`${BEFORE}${evil}${AFTER}`, witnesses.nicks) }),
        );
      }
      await witnesses.settle(eve, "frames");
      assertSafe(witnesses.nc, witnesses.bot, eve);
    });
  }

  const hellos: readonly [name: string, fields: (value: string) => Record<string, unknown>][] = [
    ["nick", (value) => ({ nick: value })],
    ["room", (value) => ({ room: value })],
    ["lang", (value) => ({ lang: value })],
    ["password", (value) => ({ password: value })],
    ["history", (value) => ({ history: value })],
    ["token", (value) => ({ resume: { token: value, after: 0 } })],
    ["protocol", (value) => ({ protocol: value })],
  ];
  for (const [name, fields] of hellos) {
    await siege.case(`the ${name} of a hello`, async (hub) => {
      await using witnesses = await openWitnesses(hub);
      for (const evil of EVILS) {
        await using eve = await Peer.connect(hub.port);
        const hello = fields(`${BEFORE}${evil}${AFTER}`);
        eve.send(framed({ type: "hello", protocol: 1, ref: `${BEFORE}${evil}`, ...hello }));
        const answer = await eve.frame();
        assert(answer.type === "welcome" || answer.type === "error", answer.type);
        eve.send(framed({ type: "command", ref: "exit", line: "/exit" }));
        eve.end();
        await eve.closed();
        assertSafe(eve);
      }
      assertSafe(witnesses.nc, witnesses.bot);
    });
  }
});

Deno.test("no control character in a password reaches anybody or the log", async (t) => {
  const password = "the word";
  await using siege = await Besieged.start(t, [], { env: { CHAT_PASSWORD: password }, password });
  await siege.case("a line of text that is taken for the password", async (hub) => {
    await using watcher = await frames(hub, "watcher1", { password });
    for (const evil of PASSWORDS) {
      await using eve = await Peer.connect(hub.port);
      eve.send(`secret ${evil} phrase\n`);
      await eve.until("! wrong password");
      assertSafe(eve);
    }
    assertSafe(watcher);
    assert(!/secret|phrase/.test(hub.stderr()), hub.stderr());
  });
  await siege.case("the password of a hello", async (hub) => {
    await using watcher = await frames(hub, "watcher2", { password });
    await using eve = await Peer.connect(hub.port);
    const evil = `${BEFORE}${EVILS.join("")}${AFTER}`;
    eve.send(framed({ type: "hello", protocol: 1, nick: evil.slice(0, 200), password: evil }));
    assertEquals((await eve.untilFrame("error")).code, "wrong_password");
    assertSafe(eve);
    assertSafe(watcher);
  });
});

/** Pairs of nicks that look alike: whether the second counts as the same nick or is refused. names_test.ts has many more. */
const LOOKALIKES: readonly [name: string, nick: string, other: string, rule: "same" | "refused"][] =
  [
    ["another letter case", "maria", "MARIA", "same"],
    ["a decomposed accent", "José", "Jose\u0301", "same"],
    ["full-width letters", "luis", "ｌｕｉｓ", "same"],
    ["mathematical letters", "rosa", "𝐫𝐨𝐬𝐚", "same"],
    ["raised letters", "anb", "ᵃⁿᵇ", "same"],
    ["a ligature", "fin", "ﬁn", "same"],
    ["a Kelvin sign", "kim", "\u212aim", "same"],
    ["a long s", "silva", "\u017filva", "same"],
    ["a sharp s in capitals", "groß", "GROẞ", "same"],
    ["a dotted capital I", "irem", "İrem", "same"],
    ["Arabic digits of the other kind", "علي\u0662", "علي\u06f2", "same"],
    ["a Cyrillic letter among Latin ones", "ana", "\u0430na", "refused"],
    ["letters in circles", "abel", "ⓐbel", "refused"],
    ["a zero-width space", "zoe", "zo\u200be", "refused"],
    ["a variation selector of the supplement", "zoeh", "zoeh\u{e0100}", "refused"],
    ["a tag", "zoei", "zoei\u{e0061}", "refused"],
    ["a half-width Hangul filler", "한글", "한글\uffa0", "refused"],
    ["a Hangul initial filler", "한강", "한강\u115f", "refused"],
    ["a Mongolian separator", "zoek", "zo\u180eek", "refused"],
  ];

Deno.test("a nick that looks like another's counts as the same or is refused", async (t) => {
  await using siege = await Besieged.start(t);
  for (const [name, nick, other, rule] of LOOKALIKES) {
    await siege.case(`${name}: ${rule}`, async (hub) => {
      await using holder = await frames(hub, nick);
      await using taker = await bare(hub, newNick("taker"));
      taker.send(`/name ${other}\n`);
      const answer = await taker.until(/^[!*] (?!.*(left|joined|is now))/);
      const wanted = rule === "same" ? "is in use" : "cannot be used";
      assert(answer.startsWith("! ") && answer.includes(wanted), answer);

      await using late = await Peer.connect(hub.port);
      late.send(framed({ type: "hello", protocol: 1, nick: other }));
      const given = (await late.untilFrame("welcome")).nick;
      const { code, params } = await late.untilFrame("notice");
      assertEquals([code, params["fault"] === "taken"], ["nick_replaced", rule === "same"]);
      assert(nickKey(given) !== nickKey(nick), given);
      assertSafe(holder, taker, late);
    });
  }
});
