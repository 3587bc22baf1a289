/**
 * The cost audit: every line that a peer can send costs the hub little. Every command, every field of every frame and the text
 * dialect get the worst arguments at the longest length, at a hub with as much of everything as there may be.
 *
 * It counts what is normalised and segmented, and compares times only with that of a plain message in the same run.
 * `CHAT_COST_TABLE=50` prints the 50 costliest lines, and the usual ones.
 */

import { assert, assertEquals } from "@std/assert";
import process from "node:process";
import { CLIENT_SHAPES } from "../../../../common/protocol/frame.ts";
import { MAX_RULES } from "../../../../server/chat/user_rules.ts";
import { MAX_ROOMS } from "../../../../server/chat/rooms.ts";
import { COMMANDS } from "../../../../server/commands/mod.ts";
import { COMMANDS as IRC_COMMANDS } from "../../../../server/dialect/irc/commands.ts";
import {
  crowdedHub,
  LONGEST,
  longNick,
  Member,
  MOD_PASSWORD,
  oddFrames,
  USUAL_FRAMES,
  USUAL_IRC_LINES,
  USUAL_LINES,
  worstTexts,
} from "../../../support/costly.ts";
import type { TestHub } from "../../../support/hub.ts";

/** Members of the first room. */
const MEMBERS = 1000;
/**
 * Most UTF-16 units that a line may have the hub normalise, and texts that it may have it segment: the longest message is
 * cut into about 430 lines of IRC.
 */
const MAX_UNITS = 40_000;
const MAX_SEGMENTED = 450;
/** Most time of a line, in that of the longest plain message; and of a usual line, in that of a short one. */
const MAX_RATIO = 10;
const MAX_USUAL_RATIO = 5;
/** A line that seems to cost too much is tried this often: other work of the machine can only make it look costlier. */
const TRIES = 100;

/** Nearly the nick of a member, and of none. */
const NEAR = longNick(10).slice(0, -1) + "x";

interface Cost {
  /** The least of a few tries, in milliseconds. */
  ms: number;
  units: number;
  segmented: number;
}

/** What a call costs, once. */
function costOf(call: () => void): Cost {
  const cost = { ms: 0, units: 0, segmented: 0 };
  const { normalize } = String.prototype;
  const { segment } = Intl.Segmenter.prototype;
  String.prototype.normalize = function (form) {
    cost.units += this.length;
    return normalize.call(this, form);
  };
  Intl.Segmenter.prototype.segment = function (text) {
    cost.segmented++;
    return segment.call(this, text);
  };
  const [start, cpuBefore] = [performance.now(), process.cpuUsage()];
  try {
    call();
  } finally {
    const { user, system } = process.cpuUsage(cpuBefore);
    // Elapsed time includes other processes, and processor time includes other test files of this process.
    cost.ms = Math.min(performance.now() - start, (user + system) / 1000);
    String.prototype.normalize = normalize;
    Intl.Segmenter.prototype.segment = segment;
  }
  return cost;
}

/** A line of some kind, with a new ref each time, and the member that sends it. */
interface Line {
  readonly kind: string;
  readonly sender: () => Member;
  readonly write: (ref: string) => string;
}

class Audit {
  readonly #test: TestHub;
  readonly #senders: Map<string, Member> = new Map();
  readonly #costs: Map<string, Cost> = new Map();
  #count = 0;

  constructor(test: TestHub) {
    this.#test = test;
  }

  newcomer(): Member {
    return new Member(this.#test);
  }

  /** The moderator of a dialect, to whom nothing is refused before it costs something; another one if it has gone. */
  moderator(dialect: "text" | "frames" | "irc"): Member {
    const known = this.#senders.get(dialect);
    if (known?.session.stage === "member") return known;
    const member = dialect === "irc"
      ? Member.irc(
        this.#test,
        `mod${++this.#count}`,
        "batch draft/multiline echo-message labeled-response message-tags",
      )
      : this.newcomer();
    const line = `/mod ${MOD_PASSWORD}`;
    if (dialect === "frames") {
      member.sendFrame({ type: "hello", protocol: 1, nick: `mod${++this.#count}` });
      member.sendFrame({ type: "command", ref: "mod", line });
    } else member.send(dialect === "irc" ? `OPER x ${MOD_PASSWORD}` : line);
    this.#senders.set(dialect, member);
    return member;
  }

  /** The least cost of a line, which is tried until it is below `limit`, at least `tries` times. */
  measure({ kind, sender, write }: Line, limit = 0, tries = 1): Cost {
    const best: Cost = { ms: Infinity, units: 0, segmented: 0 };
    for (let at = 0; at < tries || (best.ms > limit && at < TRIES); at++) {
      const member = sender();
      const line = write(`ref${++this.#count}`);
      const { ms, units, segmented } = costOf(() => member.send(line));
      Object.assign(best, { ms: Math.min(ms, best.ms), units, segmented });
      const { first } = this.#test.hub.chat.rooms;
      first.state = { topic: first.topic };
    }
    this.#costs.set(kind, best);
    return best;
  }

  /** Fails for a line that costs more than it may: `ratio` times as much time as a plain line. */
  check(line: Line, ratio: number, { plain, tries }: { plain: Line; tries: number }): void {
    let limit = ratio * this.#costs.get(plain.kind)!.ms;
    const { ms, units, segmented } = this.measure(line, limit, tries);
    // The machine may have become slower since the plain line was measured.
    if (ms > limit) limit = ratio * this.measure(plain, 0, TRIES).ms;
    assert(units <= MAX_UNITS, `${line.kind}: ${units} units were normalised`);
    assert(segmented <= MAX_SEGMENTED, `${line.kind}: ${segmented} texts were segmented`);
    assert(ms <= limit, `${line.kind}: ${ms} ms, and ${limit.toFixed(1)} are allowed`);
  }

  /** The costliest lines as a table, and then the usual ones. */
  table(rows: number): string {
    const { ms: plain } = this.#costs.get("a long plain message")!;
    const costs = [...this.#costs].sort(([, a], [, b]) => b.ms - a.ms);
    return [...costs.slice(0, rows), ...costs.filter(([kind]) => kind.startsWith("usual"))]
      .map(([kind, { ms, units }]) =>
        `${ms.toFixed(3).padStart(9)} ms ${(ms / plain).toFixed(2).padStart(7)}x ` +
        `${String(units).padStart(7)} units  ${kind}\n`
      ).join("");
  }
}

function usualLines(audit: Audit): Line[] {
  const sender = () => audit.moderator("frames");
  const typed = [...Object.values(USUAL_LINES), "/whoo"].map((line) => ({
    kind: `usual ${line}`,
    sender,
    write: (ref: string) =>
      JSON.stringify({ type: "command", ref, line: line.replace("NEAR", NEAR) }),
  }));
  const frames = Object.entries(USUAL_FRAMES).map(([type, fields]) => ({
    kind: `usual ${type}`,
    sender: type === "hello" ? () => audit.newcomer() : sender,
    write: (ref: string) => JSON.stringify({ type, ref, ...fields }),
  }));
  const irc = Object.entries(USUAL_IRC_LINES).map(([command, params]) => ({
    kind: `usual IRC ${command}`,
    sender: () => audit.moderator("irc"),
    write: () =>
      `${command === "TAGMSG" ? "@+typing=active " : ""}${command} ${params.replace("NEAR", NEAR)}`,
  }));
  return [...typed, ...frames, ...irc];
}

/** The worst lines of the text dialect, and of frames. */
function worstLines(audit: Audit): Line[] {
  const lines: Line[] = [];
  const add = (kind: string, sender: Line["sender"], write: Line["write"]) =>
    lines.push({ kind, sender, write });
  const [text, frames] = [() => audit.moderator("text"), () => audit.moderator("frames")];
  const newcomer = () => audit.newcomer();
  for (const [kind, argument] of worstTexts(LONGEST.text, { near: NEAR })) {
    if (argument.includes("\n")) continue;
    for (const { name, names } of COMMANDS) {
      add(`text ${name}: ${kind}`, text, () => `/${names.en[0]} ${argument}`);
    }
    add(`text command: ${kind}`, text, () => `/${argument}`);
    add(`text line: ${kind}`, text, () => argument);
    add(`text first line: ${kind}`, newcomer, () => argument);
    add(`text first command: ${kind}`, newcomer, () => `/${argument}`);
  }
  add("text first line: a request", newcomer, () => `GET ${"/ ".repeat(2000)}HTTP/1.1`);
  for (const [kind, argument] of worstTexts(LONGEST.frame, { near: NEAR, asJson: true })) {
    const command = (line: string) => (ref: string) =>
      JSON.stringify({ type: "command", ref, line });
    for (const { name, names } of COMMANDS) {
      add(`${name}: ${kind}`, frames, command(`/${names.en[0]} ${argument}`));
    }
    add(`command: ${kind}`, frames, command(`/${argument}`));
  }
  for (const [type, shape] of Object.entries(CLIENT_SHAPES)) {
    const sender = type === "hello" ? newcomer : frames;
    for (const bytes of [LONGEST.frame, LONGEST.name]) {
      for (const [kind, argument] of worstTexts(bytes, { near: NEAR, asJson: true })) {
        const value = bytes === LONGEST.name ? argument.slice(0, bytes) : argument;
        for (const name of Object.keys(shape)) {
          const fields = USUAL_FRAMES[type as keyof typeof CLIENT_SHAPES];
          add(
            `${type} ${name} of ${bytes}: ${kind}`,
            sender,
            (ref) => JSON.stringify({ type, ref, ...fields, [name]: value }),
          );
        }
      }
    }
  }
  for (const kind of oddFrames("").keys()) {
    add(`frame: ${kind}`, frames, (ref) => oddFrames(ref).get(kind)!);
  }
  return lines;
}

/** The worst lines of IRC: each command with one param, with a text behind a room, and with lists; and the worst tags. */
function worstIrcLines(audit: Audit): Line[] {
  const lines: Line[] = [];
  const sender = () => audit.moderator("irc");
  const lists = [NEAR, "#general", `#${longNick(2 * MEMBERS + 1)}`, "+i-i", "x"]
    .map((each) => [`a list of ${each}`, `${each},`.repeat(450 / `${each},`.length)] as const);
  for (const [kind, text] of [...worstTexts(450, { near: NEAR }), ...lists]) {
    if (text.includes("\n")) continue;
    for (const command of Object.keys(IRC_COMMANDS)) {
      for (const params of [text, `#general :${text}`]) {
        lines.push({
          kind: `${command} ${params.slice(0, 10)}: ${kind}`,
          sender,
          write: () => `${command} ${params}`,
        });
      }
    }
  }
  for (const [kind, text] of worstTexts(4000, { near: NEAR })) {
    const tags = text.replaceAll(" ", ";");
    if (!text.includes("\n")) {
      for (const line of [`@${tags} PING 7`, `@+a=${tags} TAGMSG #general`]) {
        lines.push({ kind: `tags: ${line.slice(-10)}: ${kind}`, sender, write: () => line });
      }
    }
  }
  for (const sub of ["LATEST", "BEFORE", "AFTER", "AROUND", "BETWEEN"]) {
    const write = () =>
      `CHATHISTORY ${sub} #general msgid=500 ${sub === "BETWEEN" ? "msgid=1 " : ""}100`;
    lines.push({ kind: `CHATHISTORY ${sub}`, sender, write });
  }
  return lines;
}

Deno.test("the cost audit knows every command and every frame", () => {
  assertEquals(Object.keys(USUAL_LINES).sort(), COMMANDS.map(({ name }) => name).sort());
  assertEquals(Object.keys(USUAL_IRC_LINES).sort(), Object.keys(IRC_COMMANDS).sort());
  assertEquals(Object.keys(USUAL_FRAMES).sort(), Object.keys(CLIENT_SHAPES).sort());
});

Deno.test("no line costs the hub much, of any command, any frame or the text dialect", () => {
  const test = crowdedHub(MEMBERS);
  const { rooms, moderation } = test.hub.chat;
  const sizes = [rooms.first.members.size, rooms.count, moderation.banned().nicks.length];
  assertEquals(sizes, [MEMBERS, MAX_ROOMS, MAX_RULES]);
  const audit = new Audit(test);
  const say = (kind: string, text: string): Line => ({
    kind,
    sender: () => audit.moderator("frames"),
    write: (ref) => JSON.stringify({ type: "say", ref, text }),
  });
  const short = say("a short plain message", "hola a todos");
  audit.measure(short, 0, TRIES);
  const rows = Number(Deno.env.get("CHAT_COST_TABLE") ?? 0);
  // Before the long ones, which /history would show.
  for (const line of usualLines(audit)) {
    audit.check(line, MAX_USUAL_RATIO, { plain: short, tries: rows > 0 ? 50 : 5 });
  }
  const long = say("a long plain message", "x".repeat(LONGEST.frame));
  audit.measure(long, 0, TRIES);
  for (const line of [...worstLines(audit), ...worstIrcLines(audit)]) {
    audit.check(line, MAX_RATIO, { plain: long, tries: rows > 0 ? 8 : 1 });
  }
  if (rows > 0) Deno.stdout.writeSync(new TextEncoder().encode(audit.table(rows)));
});
