/** What a hub without options answers to browsers. */

import type { Door } from "../../server/web/door.ts";
import { allowHosts } from "../../server/web/hosts.ts";
import { Visits } from "../../server/web/visits.ts";
import * as webSocket from "../../server/web/websocket.ts";

export function testDoor(given: Partial<Door> = {}): Door {
  return {
    lang: "en",
    name: "hub.test",
    isAllowed: allowHosts([]),
    visits: new Visits(),
    webSocket,
    ...given,
  };
}
