import { assert, assertEquals } from "@std/assert";
import { openClearText } from "../../../../server/net/clear_text.ts";
import { generateCertificate } from "../../../../server/setup/certificate.ts";

const CERTIFICATE = await generateCertificate(Date.now());

for (const hostname of ["127.0.0.1", "::1"]) {
  Deno.test({
    name: `a peer of ${hostname} reads clear text on a port with TLS, and no other peer does`,
    ignore: Deno.build.os === "windows",
    async fn() {
      using listener = Deno.listenTls({ hostname, port: 0, ...CERTIFICATE });
      const { port } = listener.addr;
      using other = await Deno.connect({ hostname, port });
      using otherAccepted = await listener.accept();
      using peer = await Deno.connect({ hostname, port });
      using accepted = await listener.accept();
      using clearText = openClearText();
      assertEquals(clearText?.write(accepted, "hola\n"), true);
      other.closeWrite();
      const bytes = new Uint8Array(16);
      const size = await peer.read(bytes);
      assertEquals(new TextDecoder().decode(bytes.subarray(0, size ?? 0)), "hola\n");
      otherAccepted.close();
      assertEquals(await other.read(bytes).catch(() => null), null);
    },
  });
}

Deno.test("a connection that has no descriptor here gets nothing", () => {
  const end = { transport: "tcp", hostname: "192.0.2.1", port: 1 } as const;
  using clearText = openClearText();
  assert(!clearText?.write({ localAddr: end, remoteAddr: end }, "x"));
});

Deno.test({
  name: "without the permission nothing can be written",
  permissions: { ffi: false },
  fn() {
    assertEquals(openClearText(), undefined);
  },
});
