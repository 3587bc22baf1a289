import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { HEAD, recognise, type ServiceName } from "../../../../client/net/services.ts";
import { sanitize } from "../../../../common/protocol/sanitize.ts";
import { hostileText } from "../../../support/hostile.ts";
import { testProperty } from "../../../support/property.ts";

const utf8 = new TextEncoder();

/** A MySQL packet with this body. */
const packet = (...parts: (number | string)[]) => {
  const body = parts.flatMap((each) => typeof each === "number" ? [each] : [...utf8.encode(each)]);
  return new Uint8Array([body.length, 0, 0, 0, ...body]);
};

/** What each service sends first, or in answer to a line it does not understand. */
const SAID: Readonly<Record<ServiceName, readonly (string | Uint8Array)[]>> = {
  ssh: ["SSH-2.0-OpenSSH_9.7\r\n", "SSH-2.0-Go\r\n"],
  http: [
    "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n",
    '<!DOCTYPE HTML>\n<html lang="en">',
    "<html>\r\n<head><title>400 Bad Request</title></head>",
  ],
  smtp: ["220 mail.example.org ESMTP Postfix\r\n", "554 mx1.example.org no\r\n"],
  ftp: ["220 (vsFTPd 3.0.5)\r\n", "220-Welcome to Pure-FTPd\r\n"],
  imap: ["* OK [CAPABILITY IMAP4rev1] Dovecot ready.\r\n"],
  pop3: ["+OK Dovecot ready.\r\n"],
  irc: [
    ":irc.example.org NOTICE * :*** Looking up your hostname...\r\n",
    "NOTICE AUTH :*** Checking Ident\r\n",
    ":irc.example.org 451 * :Connection not registered\r\n",
  ],
  telnet: [new Uint8Array([255, 253, 24, 255, 253, 32])],
  mysql: [
    packet(10, "8.0.36\0", 1, 2, 3),
    packet(10, "5.5.5-10.11.6-MariaDB\0"),
    packet(255, 106, 4, "Host '10.0.0.7' is not allowed to connect"),
  ],
  redis: ["-ERR unknown command\r\n", "-DENIED Redis is running in protected mode\r\n"],
  memcached: ["ERROR\r\n"],
  nats: ['INFO {"server_id":"N","version":"2.10"}\r\n'],
  vnc: ["RFB 003.008\n"],
  xmpp: ["<?xml version='1.0'?><stream:stream xmlns='jabber:client'>"],
  rsync: ["@RSYNCD: 31.0\n"],
  rtsp: ["RTSP/1.0 400 Bad Request\r\n\r\n"],
  echo: ['{"type":"hello","protocol":0,"look":true}\n'],
  ncat_chat: ["<announce> 127.0.0.1 is connected as <user5>.\n", "<user4> hola\n"],
};

const bytes = (said: string | Uint8Array) => typeof said === "string" ? utf8.encode(said) : said;

Deno.test("each service is recognised by its first bytes", () => {
  for (const [service, greetings] of Object.entries(SAID)) {
    for (const said of greetings) assertEquals(recognise(bytes(said)).service, service);
  }
});

Deno.test("the line shown is the first line, or the version of a binary protocol", () => {
  const line = (said: string | Uint8Array) => recognise(bytes(said)).line;
  assertEquals(line("\r\n\r\nSSH-2.0-x\r\nmore\r\n"), "SSH-2.0-x");
  assertEquals(line(SAID.mysql[0]!), "8.0.36");
  assertEquals(line(SAID.mysql[2]!), "Host '10.0.0.7' is not allowed to connect");
  assertEquals(line(SAID.telnet[0]!), "");
  assertEquals(line(SAID.http[1]!), "");
  assertEquals(line("\0\x01\x02\xff"), "");
});

Deno.test("a hub's lines and other text are not taken for a service", () => {
  for (
    const said of [
      "* welcome, guest1 (1 here: guest1)\n",
      "* server full: try again later\n",
      "! this hub needs a password: type it and press Enter\n",
      '{"type":"look","protocol":1,"hub":"chat 1"}\n',
      "hola\n",
      "",
      "\0",
      "\0\0\0\0\n12345678",
    ]
  ) assertEquals(recognise(utf8.encode(said)).service, undefined, said);
});

testProperty("the line shown is safe and short for any greeting", { weight: 50 }, (check) => {
  const some = fc.constantFrom(...Object.values(SAID).flat().map(bytes));
  const any = fc.oneof(
    fc.uint8Array({ maxLength: HEAD }),
    hostileText().map((text) => utf8.encode(text)),
    fc.tuple(some, hostileText()).map(([first, rest]) =>
      new Uint8Array([...first, ...utf8.encode(rest)])
    ),
    fc.tuple(some, fc.nat()).map(([all, end]) => all.slice(0, end % (all.length + 1))),
  );
  check(
    fc.property(any, (head) => {
      const { service, line } = recognise(head);
      assert(service === undefined || service in SAID);
      assertEquals(sanitize(line), line);
      assert(line.length <= 80 && !/[\r\n]/.test(line) && line.isWellFormed());
    }),
    { numRuns: 1000 },
  );
});
