/** The picture of a telephone beside a terminal: José has the page, and ana the client, in one chat. */

import type { Lang } from "../../common/i18n/mod.ts";
import { launch, PageUser } from "../../tests/support/browser.ts";
import { chat, startHub } from "../../tests/support/program.ts";
import { TestTerminal } from "../../tests/support/terminal.ts";
import { drawPicture } from "./picture.ts";
import { join } from "./recording.ts";
import { shoot, TIME } from "./scene.ts";

/** Of the screen of the telephone, in CSS pixels. */
const [WIDTH, HEIGHT] = [360, 640];
const [COLUMNS, ROWS] = [64, 11];

/** A line of each in turn, ana first. The last one is what José is typing. */
export interface Pair {
  readonly lang: Lang;
  readonly window: string;
  readonly lines: readonly string[];
  readonly typing: string;
}

export const PAIRS: readonly Pair[] = [{
  lang: "en",
  window: "ana: chat client",
  lines: [
    "morning! I am at the desk with the *big* screen",
    "and I am on the bus 🚌 the page came up at once",
    "nothing to install?",
    "no: I scanned the code on your terminal",
    "then have a look at this, @José:\nhttps://example.org/plan",
    "/me reads the plan",
    "if the bus goes into the tunnel, you will miss nothing",
    "so I saw: all of it was there when I came out",
  ],
  typing: "the plan is fine, but",
}, {
  lang: "es",
  window: "ana: chat client",
  lines: [
    "¡buenos días! estoy en la mesa de la pantalla *grande*",
    "y yo en el autobús 🚌 la página salió al momento",
    "¿sin instalar nada?",
    "nada: escaneé el código de tu terminal",
    "pues mira esto, @José:\nhttps://example.org/plan",
    "/yo lee el plan",
    "si el autobús entra en el túnel, no te pierdes nada",
    "ya lo vi: al salir estaba todo",
  ],
  typing: "el plan está bien, pero",
}];

/** Plays the scene and returns the picture as PNG. */
export async function capturePair({ lang, window, lines, typing }: Pair): Promise<Uint8Array> {
  await using stack = new AsyncDisposableStack();
  const hub = stack.use(await startHub(["--lang", lang, "--rate", "0"]));
  const browser = stack.adopt(await launch(), (browser) => browser.close());
  const telephone = { lang, width: WIDTH, height: HEIGHT, isDark: true, isTouch: true };
  const jose = stack.use(await PageUser.open(browser, hub.port, telephone));
  await jose.join("José");
  const command = chat("client", "127.0.0.1", String(hub.port), "--name", "ana", "--lang", lang);
  const ana = stack.use(TestTerminal.open(command, { cols: COLUMNS, rows: ROWS }));
  await ana.until((it) => it.screen().includes("ana>"));
  for (const [at, line] of lines.entries()) {
    const [start] = line.replace(/^\/\w+ /, "").replaceAll("*", "").split("\n") as [string];
    if (at % 2 === 1) await jose.say(line);
    else if (line.includes("\n")) ana.paste(line);
    else ana.type(line);
    if (at % 2 === 0) ana.type("\r");
    const seen = start.slice(0, 20);
    await ana.until((it) =>
      it.text().replaceAll("*", "").includes(seen) && !it.text().includes("…")
    );
    await jose.sees(seen);
  }
  await jose.page.locator("#input").fill(typing);
  await ana.until((it) => it.screen().at(-1) === "ana>");
  const terminal = drawPicture(join([shoot(ana, 0, COLUMNS)]), {
    ...{ window, lang, title: "", description: "", pause: 0 },
  });
  await jose.page.evaluate(
    `for (const time of document.querySelectorAll("time")) time.textContent = "${TIME}"`,
  );
  const screen = btoa(String.fromCharCode(...await jose.page.screenshot()));

  const page = await browser.newPage();
  await page.setContent(`<style>
    body { margin: 0 }
    main { display: inline-flex; align-items: center; gap: 28px; padding: 4px }
    img { border: 10px solid #2b323c; border-radius: 28px }
  </style>
  <main>${terminal}<img src="data:image/png;base64,${screen}"></main>`);
  return await page.locator("main").screenshot({ omitBackground: true });
}
