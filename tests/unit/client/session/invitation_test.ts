import { assertEquals } from "@std/assert";
import { inviteSentence } from "../../../../client/session/invitation.ts";

Deno.test("the invitation has the command that joins the hub, as the client joined it", () => {
  const invite = (hostname: string, tls?: { pin?: string }, lang: "en" | "es" = "en") =>
    inviteSentence({ hostname, port: 4000 }, tls, lang);
  assertEquals(invite("192.168.1.20"), "to join: chat client 192.168.1.20 4000");
  assertEquals(invite("hub.lan", {}, "es"), "para unirse: chat client hub.lan 4000 --tls");
  assertEquals(
    invite("::2", { pin: "sha256:0a" }),
    "to join: chat client ::2 4000 --tls sha256:0a",
  );
  for (const own of ["127.0.0.1", "::1", "localhost", "LocalHost"]) {
    assertEquals(
      invite(own),
      `to join from this machine: chat client ${own} 4000; the hub's first lines say how others join`,
    );
  }
});
