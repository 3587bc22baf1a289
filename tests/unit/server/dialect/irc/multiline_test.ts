import { assertEquals } from "@std/assert";
import { MAX_MESSAGE_LINES } from "../../../../../common/protocol/frame.ts";
import { TestHub } from "../../../../support/hub.ts";
import { askIrc, ircMember } from "../../../../support/irc.ts";

function room(...capabilities: string[]) {
  const test = new TestHub();
  const [nc] = test.textMembers("nc");
  const ana = ircMember(test, "ana", "batch", "draft/multiline", ...capabilities);
  nc.take();
  return { test, nc, ana };
}

const OPEN = "BATCH +b draft/multiline #general";
const line = (text: string, tags = "batch=b") => `@${tags} PRIVMSG #general :${text}`;
const INVALID = ":hub.test FAIL BATCH MULTILINE_INVALID";

Deno.test("the lines of a batch are one message, and lines that go on are joined", () => {
  const { nc, ana } = room();
  const sent = [
    OPEN,
    line("uno"),
    line(" y más", "batch=b;draft/multiline-concat"),
    line(""),
    line("dos"),
  ];
  assertEquals(askIrc(ana, ...sent), []);
  assertEquals(nc.ask(), []);
  assertEquals(askIrc(ana, "BATCH -b"), []);
  assertEquals(nc.ask(), ["ana: uno y más", "  | ", "  | dos"]);
});

Deno.test("a batch of notices is a notice", () => {
  const { nc, ana } = room();
  askIrc(ana, OPEN, line("uno").replace("PRIVMSG", "NOTICE"), "BATCH -b");
  assertEquals(nc.ask(), ["ana (notice): uno"]);
});

Deno.test("the answer to a batch has the label of its beginning", () => {
  const { ana } = room("labeled-response", "echo-message");
  assertEquals(askIrc(ana, `@label=7 ${OPEN}`, line("uno"), line("dos"), "BATCH -b"), [
    "@label=7 :ana!ana@chat BATCH +m1 draft/multiline #general",
    "@batch=m1 :ana!ana@chat PRIVMSG #general uno",
    "@batch=m1 :ana!ana@chat PRIVMSG #general dos",
    ":hub.test BATCH -m1",
  ]);
});

Deno.test("the tags of a batch are those of its beginning", () => {
  const { ana } = room("message-tags", "echo-message");
  askIrc(ana, `@+a=1 ${OPEN}`, line("uno", "batch=b;+b=2"), line("dos"));
  assertEquals(askIrc(ana, "@+c=3 BATCH -b"), [
    "@msgid=1;+a=1 :ana!ana@chat BATCH +m1 draft/multiline #general",
    "@batch=m1 :ana!ana@chat PRIVMSG #general uno",
    "@batch=m1 :ana!ana@chat PRIVMSG #general dos",
    ":hub.test BATCH -m1",
  ]);
});

Deno.test("a batch that is not as it must be is given up, and says nothing", () => {
  for (
    const [lines, answer] of [
      [
        ["BATCH +b draft/other #general"],
        ":hub.test FAIL BATCH INVALID_TYPE :Unknown type of batch",
      ],
      [["BATCH +b draft/multiline"], `${INVALID} :Invalid multiline batch`],
      [[OPEN, OPEN], `${INVALID} :Invalid multiline batch`],
      [["BATCH -b"], `${INVALID} :No such batch is open`],
      [[OPEN, "BATCH -c"], `${INVALID} :No such batch is open`],
      [[OPEN, "BATCH -b"], `${INVALID} :No text`],
      [[OPEN, line(""), line(""), "BATCH -b"], `${INVALID} :No text`],
      [[OPEN, line("x", "batch=c")], `${INVALID} :Wrong batch tag`],
      [[OPEN, "PRIVMSG #general :x"], `${INVALID} :Wrong batch tag`],
      [[line("x")], `${INVALID} :Wrong batch tag`],
      [
        [OPEN, "@batch=b PRIVMSG nc :x"],
        ":hub.test FAIL BATCH MULTILINE_INVALID_TARGET :Mismatched target",
      ],
      [
        [OPEN, line("x"), line("", "batch=b;draft/multiline-concat")],
        `${INVALID} :A blank line cannot be joined`,
      ],
      [
        [OPEN, ...Array.from({ length: MAX_MESSAGE_LINES + 1 }, () => line("x"))],
        `:hub.test FAIL BATCH MULTILINE_MAX_LINES ${MAX_MESSAGE_LINES}`,
      ],
      [
        [OPEN, ...Array.from({ length: 42 }, () => line("ñ".repeat(200)))],
        ":hub.test FAIL BATCH MULTILINE_MAX_BYTES 16384",
      ],
    ] as const
  ) {
    const { nc, ana } = room();
    assertEquals(askIrc(ana, ...lines).map((each) => each.replace(/^@\S+ /, "")).slice(0, 1), [
      answer,
    ]);
    assertEquals(nc.ask(), [], answer);
    // The next one works.
    askIrc(ana, OPEN, line("bien"), "BATCH -b");
    assertEquals(nc.ask(), ["ana: bien"], answer);
  }
});
