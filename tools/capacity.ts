/**
 * `deno task capacity [--people N] [--seconds N]`: measures what docs/scaling.md reckons with, on this machine: what the
 * NATS server takes of messages, one after another and many at once, alone and as a cluster of three; what somebody who is
 * there costs the hub where it is, the other ones, and the server; and how fast people come in. It judges nothing.
 */

import { parseArgs } from "@std/cli/parse-args";
import { NATS_MISSING } from "../tests/support/nats.ts";
import { measureMessages } from "./capacity/messages.ts";
import { measurePeople } from "./capacity/people.ts";
import { measureTalk } from "./capacity/talk.ts";
import { startNatsServers } from "./cluster/servers.ts";

const USAGE = "usage: deno task capacity [--people N] [--seconds N]";
const PEOPLE = 2000;
/** How long each rate is measured. */
const SECONDS = 5;

async function main(args: readonly string[]): Promise<number> {
  const unknown: string[] = [];
  const flags = parseArgs([...args], {
    string: ["people", "seconds"],
    unknown: (name) => void unknown.push(name),
  }) as { people?: string; seconds?: string };
  const people = Number(flags.people ?? PEOPLE);
  const seconds = Number(flags.seconds ?? SECONDS);
  if (unknown.length > 0 || !(people > 0) || !Number.isInteger(people) || !(seconds > 0)) {
    Deno.stderr.writeSync(new TextEncoder().encode(`${USAGE}\n`));
    return 2;
  }
  if (NATS_MISSING) return 1; // it has been said
  for (const isCluster of [false, true]) {
    await using engine = await startNatsServers({ isCluster });
    await measureMessages(engine, isCluster ? 3 : 1, seconds);
  }
  await measureTalk(seconds);
  await measurePeople(people);
  return 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
