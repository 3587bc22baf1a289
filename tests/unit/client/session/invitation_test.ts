import { assertEquals, assertMatch } from "@std/assert";
import { invite } from "../../../../client/session/invitation.ts";

Deno.test("the invitation has the command that joins the hub, as the client joined it", () => {
  const sentence = (hostname: string, tls?: { pin?: string }, lang: "en" | "es" = "en") =>
    invite({ hostname, port: 4000 }, tls, { lang, room: "general", hasPage: false }).lines.join();
  assertEquals(sentence("192.168.1.20"), "to join: chat client 192.168.1.20 4000");
  assertEquals(sentence("hub.lan", {}, "es"), "para unirse: chat client hub.lan 4000 --tls");
  assertEquals(
    sentence("::2", { pin: "sha256:0a" }),
    "to join: chat client ::2 4000 --tls sha256:0a",
  );
  for (const own of ["127.0.0.1", "::1", "localhost", "LocalHost"]) {
    assertEquals(
      sentence(own),
      `to join from this machine: chat client ${own} 4000; the hub's first lines say how others join`,
    );
  }
});

Deno.test("the invitation to a hub with a page has its address, with the room unless everyone joins it first", () => {
  const address = { hostname: "2001:db8::20", port: 4000 };
  const state = { lang: "en", room: "general", hasPage: true } as const;
  assertEquals(invite(address, undefined, state), {
    lines: [
      "to join: chat client 2001:db8::20 4000",
      "also in a browser: http://[2001:db8::20]:4000/",
    ],
    url: "http://[2001:db8::20]:4000/",
  });
  const hub = { hostname: "hub.lan", port: 3000 };
  const url = "https://hub.lan:3000/#room=d%C3%ADa%26noche";
  assertEquals(invite(hub, {}, { lang: "es", room: "día&noche", hasPage: true }), {
    lines: ["para unirse: chat client hub.lan 3000 --tls", `también en un navegador: ${url}`],
    url,
  });
  assertEquals(invite({ hostname: "127.0.0.1", port: 3000 }, undefined, state).url, undefined);
  // A hub may send anything as the name of a room.
  assertMatch(invite(address, undefined, { ...state, room: "x\ud83d" }).url!, /#room=x%EF%BF%BD$/);
});
