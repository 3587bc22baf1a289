/**
 * Users of the page: tabs of Debian's chromium, driven by playwright-core, which downloads no browser.
 *
 * CHROMIUM names another executable.
 */

import type { Browser, BrowserContext, Page } from "playwright-core";
import type { Lang } from "../../common/i18n/mod.ts";
import { works } from "./confined.ts";
import { DEADLINE_MS, show, type Wanted } from "./watch.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];
const LOCALES: Readonly<Record<Lang, string>> = { en: "en-GB", es: "es-ES" };
const [WIDTH, HEIGHT] = [1280, 800];

const EXECUTABLE = Deno.env.get("CHROMIUM") ?? find() ?? NAMES[0]!;

/** Whether no browser is installed here. */
export const NO_BROWSER = !works("the page, which needs chromium", [EXECUTABLE, "--version"]);

function find(): string | undefined {
  if (Deno.build.os === "windows") return undefined;
  const { stdout } = new Deno.Command("sh", { args: ["-c", 'command -v "$@"', "sh", ...NAMES] })
    .outputSync();
  return new TextDecoder().decode(stdout).split("\n")[0] || undefined;
}

/** Starts a browser. Root may not use its sandbox. */
export async function launch(): Promise<Browser> {
  // Not at the start: @xterm/addon-unicode-graphemes never gets ready if it is loaded after this package.
  const { chromium } = await import("playwright-core");
  const args = Deno.uid() === 0 ? ["--no-sandbox"] : [];
  return await chromium.launch({ executablePath: EXECUTABLE, args });
}

export interface PageOptions {
  /** The browser's language; English by default. */
  lang?: Lang;
  /** Of the window, in CSS pixels. */
  width?: number;
  height?: number;
  /** Whether the user prefers dark colours. */
  isDark?: boolean;
  /** Whether it is a telephone. */
  isTouch?: boolean;
  /** The query and the fragment, such as `?lang=es#room=dev`. */
  rest?: string;
}

/** A user with a browser of their own (a context), and one tab in it. `await using` closes both. */
export class PageUser implements AsyncDisposable {
  readonly page: Page;
  readonly #context: BrowserContext;
  readonly #port: number;
  /** What no page may do: exceptions, dialogs, other windows, requests to others, breaches of its own policy. */
  readonly faults: string[] = [];

  static async open(
    browser: Browser,
    port: number,
    { lang = "en", width = WIDTH, height = HEIGHT, isDark = false, isTouch = false, rest = "" }:
      PageOptions = {},
  ): Promise<PageUser> {
    const context = await browser.newContext({
      locale: LOCALES[lang],
      viewport: { width, height },
      colorScheme: isDark ? "dark" : "light",
      hasTouch: isTouch,
      isMobile: isTouch,
    });
    context.setDefaultTimeout(DEADLINE_MS);
    const user = new PageUser(context, await context.newPage(), port);
    await user.load(rest);
    return user;
  }

  private constructor(context: BrowserContext, page: Page, port: number) {
    this.#context = context;
    this.#port = port;
    this.page = page;
    const own = [`http://127.0.0.1:${port}/`, `ws://127.0.0.1:${port}/ws`, "data:"];
    const check = (url: string) => {
      if (!own.some((start) => url.startsWith(start))) this.faults.push(`request: ${url}`);
    };
    context.on("request", (request) => check(request.url()));
    page.on("websocket", (socket) => check(socket.url()));
    page.on("popup", (popup) => this.faults.push(`window: ${popup.url()}`));
    page.on("pageerror", (error) => this.faults.push(`exception: ${error.stack}`));
    page.on("dialog", (dialog) => {
      this.faults.push(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    page.on("console", (message) => {
      if (/content.security.policy/i.test(message.text())) this.faults.push(message.text());
    });
  }

  async load(rest = ""): Promise<void> {
    const address = `http://127.0.0.1:${this.#port}/${rest}`;
    // The hub greets a peer that is silent for 300 ms, as a browser on a machine that stands still may be.
    await this.page.goto(address).catch((error) => {
      if (!String(error).includes("ERR_INVALID_HTTP_RESPONSE")) throw error;
      return this.page.goto(address);
    });
  }

  /** Opens the page in another tab that has a copy of the session storage, as "Duplicate tab" does. */
  async duplicate(): Promise<PageUser> {
    const [page] = await Promise.all([
      this.page.waitForEvent("popup"),
      this.page.evaluate("void open(location.href)"),
    ]);
    this.faults.pop(); // this window
    return new PageUser(this.#context, page, this.#port);
  }

  /** Opens the page again after the system has discarded it, of which no event tells it. It must be offline. */
  async discard(): Promise<PageUser> {
    const storage = await this.page.evaluate("JSON.stringify(sessionStorage)");
    const page = await this.#context.newPage();
    await page.addInitScript(`Object.assign(sessionStorage, ${storage})`);
    await this.page.close();
    return new PageUser(this.#context, page, this.#port);
  }

  /** Fills in the form, and waits for the chat. */
  async join(nick: string): Promise<this> {
    await this.page.locator("#nick").fill(nick);
    await this.page.locator("#join button").click();
    await this.page.locator("#chat").waitFor();
    return this;
  }

  /** Writes a line, or several, and sends it with Enter. */
  async say(text: string): Promise<void> {
    const input = this.page.locator("#input");
    await input.fill(text);
    await input.press("Enter");
  }

  /** Waits until an element, by default the log, has a text. */
  async sees(wanted: Wanted, where = "#log"): Promise<void> {
    try {
      await this.page.locator(where).filter({ hasText: wanted }).first().waitFor();
    } catch (cause) {
      const found = await this.page.locator(where).allTextContents();
      throw new Error(`Waited for ${show(wanted)} in ${where}: ${found.join("\n").slice(-2000)}`, {
        cause,
      });
    }
  }

  /** The text of the log, or of another element. */
  async text(where = "#log"): Promise<string> {
    return (await this.page.locator(where).allTextContents()).join("\n");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
  }
}
