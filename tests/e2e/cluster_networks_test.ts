/** Hubs in separate networks that are cut off from the NATS server, and so from each other, and reconnected. */

import { assertEquals } from "@std/assert";
import { Namespace, noNamespaces } from "../support/namespaces.ts";
import { NATS_MISSING, type NatsServerProcess, startNats } from "../support/nats.ts";
import { chat, Program } from "../support/program.ts";
import { Bot } from "./hubs.ts";

const CANNOT = NATS_MISSING || noNamespaces();

/** A hub in its own network, with one user. */
interface Site extends AsyncDisposable {
  readonly network: Namespace;
  readonly bot: Bot;
}

async function openSite(nats: NatsServerProcess, nick: string): Promise<Site> {
  await using stack = new AsyncDisposableStack();
  const network = stack.use(await Namespace.open());
  const url = `nats://${network.outside}:${nats.port}`;
  const args = ["--rate", "0", "--lang", "en", "--nats", url];
  const hub = stack.use(
    new Program(network.wrap(chat("server", network.address, "0", ...args))),
  );
  const [, port] = await hub.untilStdout(/\bchat client\b.* (\d+)$/m);
  const bot = stack.use(
    await Bot.join(Number(port), nick, { hostname: network.address, deadlineMs: 60_000 }),
  );
  const all = stack.move();
  return { network, bot, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

const isLost = ({ code }: { code: string }) => code === "cluster_lost";
const isBack = ({ code }: { code: string }) => code === "cluster_back";

/** Sends messages and returns their refs. */
function sayAll(bot: Bot, texts: readonly string[]): string[] {
  return texts.map((text) => bot.say(text));
}

/** All messages in the order in which one bot saw them or got their acks. */
function orderOf(bot: Bot, own: ReadonlyMap<string, string>): [id: number, text: string][] {
  const order: [number, string][] = [];
  for (const frame of bot.frames) {
    if (frame.type === "message") order.push([frame.id, frame.text]);
    else if (frame.type === "ack") order.push([frame.id, own.get(String(frame.ref))!]);
  }
  return order;
}

/** Waits for a text, unless it has arrived. */
async function untilReceived(bot: Bot, last: string): Promise<void> {
  if (!bot.texts.includes(last)) await bot.untilMessage(last);
}

const numbered = (what: string) => Array.from({ length: 10 }, (_, number) => `${what} ${number}`);

Deno.test({
  name: "hubs that were cut off and reconnected have lost, duplicated and reordered nothing",
  ignore: CANNOT,
  fn: async () => {
    await using nats = await startNats({ host: "0.0.0.0" });
    await using north = await openSite(nats, "ana");
    await using south = await openSite(nats, "bob");
    const own = { ana: new Map<string, string>(), bob: new Map<string, string>() };
    const say = ({ bot }: Site, texts: string[]) => {
      const mine = own[bot.nick as "ana" | "bob"];
      sayAll(bot, texts).forEach((ref, index) => mine.set(ref, texts[index]!));
    };
    say(north, ["before"]);
    await south.bot.untilMessage("before");

    // One hub is cut off, and the other goes on.
    await north.network.cut();
    say(north, numbered("cut"));
    await north.bot.until("notice", isLost);
    say(north, numbered("north"));
    const meanwhile = numbered("south");
    say(south, meanwhile);
    const acked = () => south.bot.count("ack") === meanwhile.length;
    while (!acked()) await south.bot.next();
    assertEquals(south.bot.texts, ["before"]);
    await north.network.heal();
    await north.bot.until("notice", isBack);
    await untilReceived(south.bot, "north 9");
    await untilReceived(north.bot, "south 9");

    // Both hubs are cut off.
    await Promise.all([north, south].map(({ network }) => network.cut()));
    await Promise.all([north, south].map((site, index) => {
      say(site, numbered(`both ${index}`));
      return site.bot.until("notice", isLost);
    }));
    await Promise.all([north, south].map(({ network }) => network.heal()));
    await Promise.all([north, south].map(({ bot }) => bot.until("notice", isBack)));
    // Messages of the first hub to be back may arrive at the other hub before the notice.
    await untilReceived(south.bot, "both 0 9");
    await untilReceived(north.bot, "both 1 9");
    say(north, ["the end"]);
    await south.bot.untilMessage("the end");
    await north.bot.untilAcked([...own.ana.keys()].at(-1)!);

    const [atNorth, atSouth] = [orderOf(north.bot, own.ana), orderOf(south.bot, own.bob)];
    assertEquals(atSouth.length, 2 + 5 * 10);
    assertEquals(atNorth.toSorted(([a], [b]) => a - b), atSouth.toSorted(([a], [b]) => a - b));
    for (const bot of [north.bot, south.bot]) {
      const ids = bot.frames.flatMap((frame) => frame.type === "message" ? [frame.id] : []);
      assertEquals(ids, ids.toSorted((a, b) => a - b));
    }
    for (const [bot, sent] of [[north.bot, own.bob], [south.bot, own.ana]] as const) {
      assertEquals(bot.texts, [...sent.values()]);
    }
    assertEquals([north, south].map(({ bot }) => bot.count("left")), [0, 0]);
  },
});
