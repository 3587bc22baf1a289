/** What the bench reads of /proc. */

import { assert, assertEquals } from "@std/assert";
import { hasListener } from "../../../../tools/bench/ports.ts";
import { allowedProcessors } from "../../../../tools/bench/process.ts";

Deno.test("the processors that a process may use are read as a list of ranges", () => {
  const status = (list: string) => `Name:\tdeno\nCpus_allowed:\tff\nCpus_allowed_list:\t${list}\n`;
  assertEquals(allowedProcessors(status("0-1")), [0, 1]);
  assertEquals(allowedProcessors(status("3")), [3]);
  assertEquals(allowedProcessors(status("0,2-4,7")), [0, 2, 3, 4, 7]);
  assertEquals(allowedProcessors("Name:\tdeno\n"), []);
});

Deno.test("a port is listened on when a socket of one's own side has it and listens", () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000
   1: 0100007F:1F91 0100007F:1F92 01 00000000:00000000 00:00000000 00000000
  10: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000
`;
  assert(hasListener(table, 8080));
  assert(hasListener(table, 80));
  assert(!hasListener(table, 8081), "connected");
  assert(!hasListener(table, 8082), "the other side");
  assert(!hasListener(table, 8083));
});
