import { assertEquals } from "@std/assert";
import { respond } from "../../../../server/metrics/pages.ts";

const PAGES = {
  metrics: () => Promise.resolve({ text: "chat_members 1\n", type: "text/x" }),
  unready: () => undefined,
};

const get = (path: string, unready?: string) =>
  respond({ method: "GET", path }, { ...PAGES, unready: () => unready });

Deno.test("there are the metrics, whether the hub lives, and whether it can be joined", async () => {
  assertEquals(await get("/metrics"), { status: 200, body: "chat_members 1\n", type: "text/x" });
  assertEquals(await get("/health"), { status: 200, body: "ok\n" });
  assertEquals(await get("/ready"), { status: 200, body: "ok\n" });
});

Deno.test("a hub that cannot be joined says why, and lives all the same", async () => {
  const reason = "the hub is stopping";
  assertEquals(await get("/ready", reason), { status: 503, body: "the hub is stopping\n" });
  assertEquals((await get("/health", reason)).status, 200);
  assertEquals((await get("/metrics", reason)).status, 200);
});

Deno.test("what there is not is not found, however it is asked for", async () => {
  for (const path of ["/", "/metrics/", "/Metrics", "//metrics", "/ready/../metrics"]) {
    assertEquals((await get(path)).status, 404, path);
  }
  assertEquals((await respond({ method: "DELETE", path: "/x" }, PAGES)).status, 404);
});

Deno.test("what there is can only be read", async () => {
  for (const path of ["/metrics", "/health", "/ready"]) {
    assertEquals((await respond({ method: "HEAD", path }, PAGES)).status, 200);
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "get"]) {
      assertEquals((await respond({ method, path }, PAGES)).status, 405, `${method} ${path}`);
    }
  }
});
