/** Tests in a real browser: one for each file, and a context of its own for each user. */

import { assertEquals } from "@std/assert";
import type { Browser } from "playwright-core";
import { launch, NO_BROWSER, type PageOptions, PageUser } from "../support/browser.ts";

/** Opens the page of a hub, or of what stands before it. The tab is closed at the end of the test. */
export type Open = (at: { port: number }, options?: PageOptions) => Promise<PageUser>;

let browser: Browser;

if (!NO_BROWSER) {
  Deno.test.beforeAll(async () => void (browser = await launch()));
  Deno.test.afterAll(() => browser.close());
}

/** A test that needs a browser. It fails if a page did what no page may do. */
export function testInBrowser(name: string, fn: (open: Open) => Promise<void>): void {
  Deno.test({
    name,
    ignore: NO_BROWSER,
    fn: async () => {
      await using users = new AsyncDisposableStack();
      const opened: PageUser[] = [];
      await fn(async ({ port }, options) => {
        const user = users.use(await PageUser.open(browser, port, options));
        opened.push(user);
        return user;
      });
      assertEquals(opened.flatMap(({ faults }) => faults), []);
    },
  });
}
