import { assertEquals } from "@std/assert";
import { shortenKeepAlive } from "../../../../server/net/keep_alive.ts";

const canSet = Deno.build.os === "linux" || Deno.build.os === "darwin";

Deno.test("the times are set while a socket listens, where the system lets us", () => {
  using _listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  assertEquals(shortenKeepAlive(), canSet);
});

Deno.test({
  name: "without the permission the times stay those of the system",
  permissions: { ffi: false },
  fn() {
    assertEquals(shortenKeepAlive(), false);
  },
});
