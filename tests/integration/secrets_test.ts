/** PROXY headers on real sockets, in one piece and byte by byte: members see neither the header nor a guest. */

import { assertEquals } from "@std/assert";
import { LiveHub } from "../support/live_hub.ts";
import { PROXY_HEADERS } from "../support/proxy_header.ts";

const HELLO = new TextEncoder().encode('{"type":"hello","protocol":1,"password":"sesame"}\n');
const NOT_PROXIED =
  "* this is a chat hub, and a proxy in front of this hub sends a PROXY header: turn it off there (send-proxy, proxy_protocol), or start the hub with --proxy-protocol ADDRESS";

for (const [version, header] of Object.entries(PROXY_HEADERS)) {
  Deno.test(`a PROXY header of version ${version} ends the connection unseen, however it is split`, async () => {
    await using hub = new LiveHub({ times: { greetAfter: 600_000 } });
    await using ana = await hub.textMember("ana");
    const all = new Uint8Array([...header, ...HELLO]);
    const pieces = [
      [all],
      [all.subarray(0, 13), all.subarray(13)],
      Array.from(header, (byte) => Uint8Array.of(byte)),
    ];
    for (const split of pieces) {
      await using peer = await hub.connect();
      for (const piece of split) await peer.send(piece).catch(() => {});
      assertEquals(await peer.line(), NOT_PROXIED);
      await peer.closed();
    }
    await hub.untilLogged(/msg=dropped .*reason=not_proxied/, 3);
    await ana.send("/quien\n");
    await ana.until("1 here: ana");
    assertEquals(/joined|left|PROXY|sesame/.test(new TextDecoder().decode(ana.received())), false);
    assertEquals(hub.log.join("").includes("sesame"), false);
  });
}

Deno.test("a telnet user who only presses Enter is greeted, and what follows is read", async () => {
  await using hub = new LiveHub({ times: { greetAfter: 20 } });
  for (const first of ["\r\n", "\r\n\r\n"]) {
    await using peer = await hub.connect();
    peer.send(first);
    await peer.until("* welcome");
    peer.send("/name luisa\r\n");
    await peer.until("* you are now luisa");
    peer.send("/exit\r\n");
    await peer.until("goodbye");
  }
});
