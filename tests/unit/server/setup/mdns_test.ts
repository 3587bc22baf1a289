import { assertEquals } from "@std/assert";
import { EventEmitter } from "node:events";
import type { Interface } from "../../../../common/mdns/networks.ts";
import { Announcer, type AnnouncerNetwork } from "../../../../server/setup/mdns.ts";

const interfaceOf = (address: string): Interface => ({
  name: "eth0",
  family: address.includes(":") ? "IPv6" : "IPv4",
  address,
  cidr: `${address}/24`,
});

const HUB = {
  bound: { hostname: "0.0.0.0", port: 3000 },
  isEncrypted: true,
  requiresPassword: false,
};

type Published = Parameters<AnnouncerNetwork["bonjour"]["publish"]>[0];

/** A machine whose networks come and go, and a line for each thing done on them. */
class Machine {
  addresses: string[];
  /** Why networks cannot be opened; undefined if they can. */
  fault: string | undefined;
  /** Reports that something could not be sent. */
  fail: (reason: string) => void = () => {};
  readonly done: string[] = [];
  readonly published: Published[] = [];
  readonly announcer: Announcer;
  #tell = () => {};

  constructor(...addresses: string[]) {
    this.addresses = addresses;
    this.announcer = new Announcer({
      log: {
        debug: () => {},
        info: (message, fields) => this.#note(`info ${message} ${fields?.["address"]}`),
        warning: (message, fields) =>
          this.#note(`warning ${message} ${fields?.["reason"] ?? ""}`.trim()),
        error: (message) => this.#note(`error ${message}`),
      },
      interfaces: () => this.addresses.map(interfaceOf),
      checkInterval: 1,
      open: ({ address }, onFailure) => {
        if (this.fault !== undefined) return Promise.reject(new Error(this.fault));
        this.fail = onFailure;
        return Promise.resolve(this.#open(address));
      },
    });
  }

  async until(line: string): Promise<void> {
    while (!this.done.includes(line)) {
      await new Promise<void>((resolve) => this.#tell = resolve);
    }
  }

  #open(address: string): AnnouncerNetwork {
    const publish = (config: Published) => {
      this.published.push(config);
      const service = new EventEmitter();
      queueMicrotask(() => service.emit("up"));
      return service as unknown as ReturnType<AnnouncerNetwork["bonjour"]["publish"]>;
    };
    const unpublishAll = (callback?: CallableFunction) => {
      this.#note(`goodbye ${address}`);
      callback?.();
    };
    const close = () => this.#note(`close ${address}`);
    return { bonjour: { publish, unpublishAll }, close };
  }

  #note(line: string): void {
    this.done.push(line);
    this.#tell();
  }
}

Deno.test("a hub is announced on each network, and says goodbye on it once", async () => {
  const it = new Machine("10.0.0.1", "10.0.1.1");
  assertEquals(await it.announcer.start(HUB), true);
  await it.until("info announced 10.0.1.1");
  await Promise.all([it.announcer.close(), it.announcer.close()]);
  assertEquals(it.done.toSorted(), [
    "close 10.0.0.1",
    "close 10.0.1.1",
    "goodbye 10.0.0.1",
    "goodbye 10.0.1.1",
    "info announced 10.0.0.1",
    "info announced 10.0.1.1",
  ]);
  const [{ name, type, port, probe, host, txt }] = it.published as [Published];
  const { id, ...fields } = txt as Record<string, string>;
  assertEquals({ type, port, probe, fields }, {
    type: "chat",
    port: 3000,
    probe: false,
    fields: { v: "1", tls: "1" },
  });
  assertEquals(host, `chat-${id!.slice(0, 8)}.local`);
  assertEquals(name.endsWith(` (${id!.slice(0, 8)})`), true);
});

Deno.test("announcements follow the networks as they come and go", async () => {
  const it = new Machine("10.0.0.1");
  await it.announcer.start(HUB);
  it.addresses = ["10.0.1.1"];
  await it.until("info announced 10.0.1.1");
  assertEquals(it.done, [
    "info announced 10.0.0.1",
    "close 10.0.0.1",
    "info announced 10.0.1.1",
  ]);
  await it.announcer.close();
});

Deno.test("a network where announcing fails is logged once, and tried again", async () => {
  const it = new Machine("10.0.0.1");
  it.fault = "no multicast";
  assertEquals(await it.announcer.start(HUB), false);
  assertEquals(it.announcer.failed, ["10.0.0.1"]);
  it.fault = "still none";
  await it.until("warning cannot be announced on a network still none");
  it.fault = undefined;
  await it.until("info announced 10.0.0.1");
  it.fail("cannot send");
  it.fail("cannot send");
  await it.announcer.close();
  assertEquals(it.done, [
    "warning cannot be announced on a network no multicast",
    "warning cannot be announced on a network still none",
    "info announced 10.0.0.1",
    "warning cannot be announced on a network cannot send",
    "goodbye 10.0.0.1",
    "close 10.0.0.1",
  ]);
});

Deno.test("a hub on loopback or without a network is not announced", async () => {
  const alone = new Machine();
  assertEquals(await alone.announcer.start(HUB), false);
  await alone.announcer.close();
  assertEquals(alone.done, [
    "warning cannot be announced: this machine is not connected to a network",
  ]);
  const own = new Machine("10.0.0.1");
  const bound = { hostname: "127.0.0.1", port: 3000 };
  assertEquals(await own.announcer.start({ ...HUB, bound }), false);
  await own.announcer.close();
  assertEquals(own.done, ["warning cannot be announced: others cannot reach this address"]);
});

Deno.test("a hub on a single IPv6 address announces which", async () => {
  const it = new Machine("10.0.0.1", "2001:db8::20");
  const bound = { hostname: "2001:db8::20", port: 3000 };
  assertEquals(await it.announcer.start({ ...HUB, bound }), true);
  await it.announcer.close();
  assertEquals(it.published.map(({ txt }) => (txt as Record<string, string>)["ip"]), [
    "2001:db8::20",
  ]);
});
