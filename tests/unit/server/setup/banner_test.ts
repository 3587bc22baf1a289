import { assertEquals, assertMatch } from "@std/assert";
import { NO_BREAK } from "../../../../common/i18n/mod.ts";
import type { Interface } from "../../../../common/mdns/networks.ts";
import { banner, findPage, reachableAddresses } from "../../../../server/setup/banner.ts";

type InterfaceAddress = Pick<Interface, "family" | "address">;

const INTERFACES: InterfaceAddress[] = [
  { family: "IPv4", address: "127.0.0.1" },
  { family: "IPv6", address: "::1" },
  { family: "IPv4", address: "192.168.1.20" },
  { family: "IPv6", address: "fe80::1c2d:3eff:fe4f:5a6b" },
  { family: "IPv6", address: "2001:db8::20" },
  { family: "IPv4", address: "10.0.0.5" },
  { family: "IPv4", address: "192.168.1.20" }, // a second name of the same interface
];

const FINGERPRINT = `sha256:${"0a".repeat(32)}`;
const OWN = { fingerprint: FINGERPRINT, isIssued: false };

/** The banner of a hub with TLS and a password, unless the options say otherwise. */
function show(given: Partial<Parameters<typeof banner>[0]>): string[] {
  const lines = banner({
    name: "chat 1.2.3",
    bound: { hostname: "127.0.0.1", port: 3000 },
    interfaces: [],
    lang: "en",
    certificate: undefined,
    hasPage: false,
    hasPassword: false,
    ...given,
  });
  return lines.map((line) => line.replaceAll(NO_BREAK, " "));
}

function reachable(hostname: string, interfaces = INTERFACES): string[] {
  return reachableAddresses({ hostname, port: 3000 }, interfaces).map((each) => each.hostname);
}

Deno.test("a hub on one address is reachable at that address only", () => {
  for (const hostname of ["127.0.0.1", "192.168.1.20", "::1", "fe80::1"]) {
    assertEquals(reachable(hostname), [hostname]);
  }
});

Deno.test("a hub on 0.0.0.0 is reachable at each IPv4 address once, loopback last", () => {
  assertEquals(reachable("0.0.0.0"), ["192.168.1.20", "10.0.0.5", "127.0.0.1"]);
});

Deno.test("a hub on :: is reachable at IPv4 addresses too, loopback last, without link-local ones", () => {
  assertEquals(reachable("::"), [
    "192.168.1.20",
    "2001:db8::20",
    "10.0.0.5",
    "127.0.0.1",
    "::1",
  ]);
});

Deno.test("link-local IPv6 addresses are left out, and no others", () => {
  const of = (address: string): InterfaceAddress => ({ family: "IPv6", address });
  const local = ["fe80::1", "FE80::2", "fe9a::1", "fea0::1", "febf::1"];
  const others = ["fec0::1", "fe00::1", "fd00::1", "2001:db8:fe80::1"];
  assertEquals(reachable("::", [...local, ...others].map(of)), others);
});

Deno.test("loopback addresses come last, and empty addresses are left out", () => {
  const interfaces: InterfaceAddress[] = [
    { family: "IPv4", address: "127.0.1.1" },
    { family: "IPv4", address: "12.7.0.1" },
    { family: "IPv4", address: "" },
  ];
  assertEquals(reachable("0.0.0.0", interfaces), ["12.7.0.1", "127.0.1.1"]);
  assertEquals(reachable("::", interfaces), ["12.7.0.1", "127.0.1.1"]);
});

Deno.test("a machine that lists no addresses gives none", () => {
  assertEquals(reachable("0.0.0.0", []), []);
});

Deno.test("the banner shows where the hub listens and how to join it", () => {
  const bound = { hostname: "0.0.0.0", port: 3000 };
  const interfaces = INTERFACES.slice(0, 3);
  assertEquals(show({ bound, interfaces }), [
    "chat 1.2.3 listening on 0.0.0.0:3000",
    "join with:",
    "  chat client 192.168.1.20 3000",
    "  nc 192.168.1.20 3000",
    "  chat client 127.0.0.1 3000",
    "  nc 127.0.0.1 3000",
    "no password and no encryption: anyone who can reach this port can join, and all messages " +
    "can be read in transit; use --password-file and --tls",
  ]);
});

Deno.test("the banner has the page of each address, and others find it at the first that is theirs", () => {
  const bound = { hostname: "::", port: 3000 };
  const interfaces = INTERFACES.slice(0, 5);
  const pages = show({ bound, interfaces, hasPage: true }).filter((line) =>
    line.startsWith("  http")
  );
  assertEquals(pages, [
    "  http://192.168.1.20:3000/",
    "  http://[2001:db8::20]:3000/",
    "  http://127.0.0.1:3000/",
    "  http://[::1]:3000/",
  ]);
  const page = (certificate?: Parameters<typeof findPage>[0]["certificate"]) =>
    findPage({ bound, interfaces, certificate });
  assertEquals(page(), "http://192.168.1.20:3000/");
  const issued = { fingerprint: FINGERPRINT, isIssued: true, host: "hub.example.org" };
  assertEquals(page(issued), "https://hub.example.org:3000/");
  assertEquals(
    show({ bound, hasPage: true, certificate: issued }).includes(
      "  https://hub.example.org:3000/",
    ),
    true,
  );
  assertEquals(page(OWN), undefined);
  assertEquals(
    show({ bound, hasPage: true, hasPassword: true, certificate: OWN }).at(-1),
    [
      "in a browser, as on a telephone: only with a certificate by an authority (--tls-cert), ",
      "or without --tls",
    ].join(""),
  );
  assertEquals(
    findPage({ bound, interfaces: interfaces.slice(0, 2), certificate: undefined }),
    undefined,
  );
});

Deno.test("the banner writes an IPv6 address as each program needs it, in Spanish too", () => {
  const bound = { hostname: "2001:db8::20", port: 4000 };
  assertEquals(show({ bound, lang: "es" }), [
    "chat 1.2.3 escuchando en [2001:db8::20]:4000",
    "para unirse:",
    "  chat client 2001:db8::20 4000",
    "  nc 2001:db8::20 4000",
    "sin contraseña ni cifrado: puede entrar cualquiera que llegue a este puerto, y todos los mensajes " +
    "se pueden leer por el camino; usa --password-file y --tls",
  ]);
});

Deno.test("with encryption the banner has the fingerprint, and openssl in place of nc", () => {
  assertEquals(
    show({ bound: { hostname: "::1", port: 4000 }, certificate: OWN }),
    [
      "chat 1.2.3 listening on [::1]:4000",
      `fingerprint ${FINGERPRINT}`,
      "join with:",
      `  chat client ::1 4000 --tls ${FINGERPRINT}`,
      "  openssl s_client -quiet -connect [::1]:4000",
      "from this machine only; for the whole network: chat server :: 4000 --tls",
    ],
  );
});

Deno.test("the certificate of an authority is joined by its name and without its fingerprint, which will change", () => {
  const lines = (host?: string) =>
    show({
      bound: { hostname: "0.0.0.0", port: 4000 },
      interfaces: [{ family: "IPv4", address: "192.168.1.20" }],
      certificate: { fingerprint: FINGERPRINT, isIssued: true, host },
      hasPassword: true,
    }).slice(3);
  assertEquals(lines("chat.example.org"), [
    "  chat client chat.example.org 4000 --tls",
    "  openssl s_client -quiet -connect chat.example.org:4000",
  ]);
  assertEquals(lines(), [
    "  chat client 192.168.1.20 4000 --tls",
    "  openssl s_client -quiet -connect 192.168.1.20:4000",
  ]);
});

Deno.test("a hub that other machines can reach warns once of what is missing, and one on loopback does not", () => {
  const interfaces: InterfaceAddress[] = [{ family: "IPv4", address: "192.168.1.20" }];
  /** The lines after the commands: without password and encryption, with each of them, and with both. */
  const warnings = (hostname: string) =>
    [{}, { hasPassword: true }, { certificate: OWN }, {
      hasPassword: true,
      certificate: OWN,
    }].map((given) => {
      const lines = show({ bound: { hostname, port: 1 }, interfaces, ...given });
      return lines.slice(lines.findLastIndex((line) => line.startsWith("  ")) + 1);
    });
  for (const hostname of ["0.0.0.0", "::", "192.168.1.20", "2001:db8::20", "fe80::1"]) {
    assertEquals(warnings(hostname), [
      [
        "no password and no encryption: anyone who can reach this port can join, and all messages " +
        "can be read in transit; use --password-file and --tls",
      ],
      ["no encryption: the password and all messages can be read in transit; --tls encrypts them"],
      [
        "no password: anyone who can reach this port can join; --password-file sets a password",
      ],
      [],
    ]);
  }
  for (const hostname of ["127.0.0.1", "127.8.0.1", "::1", "::ffff:127.0.0.1"]) {
    for (const [first, ...others] of warnings(hostname)) {
      assertMatch(first!, /^from this machine only; /);
      assertEquals(others, [], hostname);
    }
  }
});

Deno.test("the banner of a hub on loopback says so, and how to open it to the network", () => {
  const last = (port: number, lang: "en" | "es") =>
    show({ bound: { hostname: "127.0.0.1", port }, lang }).at(-1);
  assertEquals(
    last(3000, "en"),
    "from this machine only; for the whole network: chat server 0.0.0.0",
  );
  assertEquals(
    last(4000, "es"),
    "solo desde esta máquina; para toda la red: chat server 0.0.0.0 4000",
  );
});

Deno.test("the banner says where a hub could not be announced", () => {
  const last = (isAnnounced: boolean, unannounced?: string) =>
    show({
      bound: { hostname: "0.0.0.0", port: 3000 },
      ...{ isAnnounced, unannounced, certificate: OWN, hasPassword: true },
    }).slice(3);
  const announced = "announced: on this network, chat client alone finds it";
  const failed = "cannot be announced on 192.0.2.2: users there need the address";
  assertEquals(last(true), [announced]);
  assertEquals(last(true, "192.0.2.2"), [announced, failed]);
  assertEquals(last(false, "192.0.2.2"), [failed]);
  assertEquals(last(false), ["cannot be announced on the network: users need the address"]);
});

Deno.test("the banner of an announced hub says how to find it, after the commands", () => {
  const bound = { hostname: "192.168.1.20", port: 3000 };
  assertEquals(show({ bound, isAnnounced: true }).slice(2, 5), [
    "  chat client 192.168.1.20 3000",
    "  nc 192.168.1.20 3000",
    "announced: on this network, chat client alone finds it",
  ]);
});
