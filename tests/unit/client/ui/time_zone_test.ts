import { assertEquals } from "@std/assert";
import { isUnknownZone } from "../../../../client/ui/time_zone.ts";

Deno.test("a time zone is unknown if the runtime reads another name than one of UTC as UTC", () => {
  const unknown = (value: string | undefined, zone: string | undefined, offset = 0) =>
    isUnknownZone(value, { zone, offset });
  for (const zone of [undefined, "UTC", "Etc/Unknown"]) {
    for (const value of ["<+0330>-3:30", "Nope/Nowhere", "CET-1CEST,M3.5.0,M10.5.0/3"]) {
      assertEquals(unknown(value, zone), true, value);
    }
  }
  for (const value of [undefined, "", "UTC", "Etc/UTC", ":UTC", "UTC0", "GMT0", "Zulu"]) {
    assertEquals(unknown(value, "UTC"), false, value);
  }
  assertEquals(unknown("Europe/London", "Europe/London"), false);
  assertEquals(unknown("JST-9", undefined, -540), false);
});
