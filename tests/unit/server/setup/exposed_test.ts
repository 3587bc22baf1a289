import { assertEquals } from "@std/assert";
import { logTo } from "../../../../server/log.ts";
import { warnOfExposed } from "../../../../server/setup/exposed.ts";
import type { ServerOptions } from "../../../../server/setup/options.ts";
import { tempDirectory } from "../../../support/temp.ts";

Deno.test({
  name:
    "the hub warns of passwords and keys that others can read, not of a certificate or a message",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using directory = await tempDirectory();
    const at = (name: string) => `${directory.path}/${name}`;
    const names = ["password", "mod", "creds", "cert", "key", "motd"];
    for (const name of names) await Deno.writeTextFile(at(name), "");
    const warnings = async (mode: number) => {
      for (const name of names) await Deno.chmod(at(name), mode);
      const lines: string[] = [];
      const options = {
        passwordFile: at("password"),
        modPasswordFile: at("mod"),
        motdFile: at("motd"),
        nats: { servers: [], creds: at("creds"), cluster: "chat", keep: { days: 1 } },
        tls: { cert: at("cert"), key: at("key") },
      };
      const note = (_: string, message: string, { path = "" } = {}) =>
        lines.push(`${message.split(":")[0]} ${path.slice(at("").length)}`);
      warnOfExposed(options as unknown as ServerOptions, logTo(note));
      return lines;
    };
    assertEquals(await warnings(0o600), []);
    for (const mode of [0o640, 0o604, 0o620, 0o644]) {
      assertEquals(await warnings(mode), [
        "others can read a password password",
        "others can read a password mod",
        "others can read a password creds",
        "others can read a key key",
      ]);
    }
  },
});
