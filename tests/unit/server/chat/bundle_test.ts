import { assert, assertEquals } from "@std/assert";
import { Bundle } from "../../../../server/chat/bundle.ts";
import { runsDialect } from "../../../../server/dialect/json.ts";
import type { Member } from "../../../../server/model/room.ts";

Deno.test("pages share one chunk, which is framed once, and others share one that is not", () => {
  let framed = 0;
  const frame = (lines: Uint8Array) => new Uint8Array([++framed, ...lines]);
  const member = (peer: Partial<Member["peer"]>) =>
    ({ dialect: runsDialect, lang: "en", room: undefined, peer }) as unknown as Member;
  const bundle = new Bundle([{
    order: 1,
    frames: [{ type: "pong" }],
    ts: 0,
    isMessages: false,
    room: undefined,
    except: undefined,
    author: undefined,
    lines: [],
  }]);
  const [page, other, client] = [member({ frame }), member({ frame }), member({})];
  const chunk = bundle.chunkFor(page);
  assert(chunk === bundle.chunkFor(other));
  assertEquals([framed, chunk[0], chunk.subarray(1)], [1, 1, bundle.chunkFor(client)]);
  assert(bundle.chunkFor(client) === bundle.chunkFor(member({})));
});
