/** What a NATS server takes of messages, in a stream like that of a chat, which all hubs hear. It knows no hub. */

import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import type { NatsServers } from "../cluster/servers.ts";
import { Durations } from "../load/figures.ts";
import { print, row } from "./table.ts";

/** About what a message of 60 characters is at the server, with who said it. */
const PAYLOAD = new TextEncoder().encode(
  JSON.stringify({ text: "x".repeat(60), rest: "y".repeat(140) }),
);
/** Messages that are under way at the same time, each of another author. */
const AT_ONCE = [1, 10, 100, 1000];
/** Hubs that hear all that is said. */
const LISTENERS = 3;
const DUPLICATE_WINDOW = 180_000_000_000;

/** How many messages a second a stream like that of a chat takes, and how late they are. */
export async function measureMessages(
  engine: NatsServers,
  replicas: number,
  seconds: number,
): Promise<void> {
  const servers = engine.urls.split(",");
  const author = await connect({ servers });
  const listeners = await Promise.all(
    Array.from({ length: LISTENERS }, () => connect({ servers })),
  );
  try {
    const manager = await jetstreamManager(author);
    await manager.streams.add({
      name: "capacity",
      subjects: ["capacity.>"],
      num_replicas: replicas,
      allow_direct: true,
      duplicate_window: DUPLICATE_WINDOW,
      republish: { src: "capacity.>", dest: "told.>" },
    });
    let heard = 0;
    for (const each of listeners) each.subscribe("told.>", { callback: () => void heard++ });
    await Promise.all(listeners.map((each) => each.flush()));
    const stream = jetstream(author);
    print(
      `\nmessages of ${PAYLOAD.length} bytes, ${replicas} NATS server(s), ${LISTENERS} listeners`,
    );
    print(row("at once", "accepted/s", "heard/s", "p50 ms", "p99 ms"));
    let number = 0;
    for (const atOnce of AT_ONCE) {
      const taken = new Durations();
      const before = heard;
      const start = performance.now();
      const speak = async (subject: string) => {
        while (performance.now() - start < seconds * 1000) {
          const said = performance.now();
          await stream.publish(subject, PAYLOAD, { msgID: String(number++) });
          taken.add(performance.now() - said);
        }
      };
      await Promise.all(
        Array.from({ length: atOnce }, (_, index) => speak(`capacity.room.${index % 100}`)),
      );
      const took = (performance.now() - start) / 1000;
      print(row(
        String(atOnce),
        (taken.count / took).toFixed(0),
        ((heard - before) / took).toFixed(0),
        taken.percentile(50).toFixed(2),
        taken.percentile(99).toFixed(2),
      ));
    }
  } finally {
    await Promise.all([author, ...listeners].map((each) => each.close()));
  }
}
