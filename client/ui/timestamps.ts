/**
 * The times and days that stand beside and between the lines, for a screen on which no line changes any more once it is
 * shown. It remembers when the line above was said; what lines look like it does not know. Pure: moments are given to it,
 * in milliseconds since 1970.
 */

import type { Lang } from "../../common/i18n/mod.ts";

/**
 * `HH:MM`: the time of day of each line. `relative`: how long after the line above it was said (`+5s`, `+2m`, `+1h`), and
 * the time of day where there is nothing on the same day to count from. `none`: no time.
 */
export const TIME_STYLES = ["HH:MM", "relative", "none"] as const;
export type TimeStyle = (typeof TIME_STYLES)[number];

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Columns of a time. */
const WIDTH = "HH:MM".length;

const LOCALES: Readonly<Record<Lang, string>> = { en: "en-GB", es: "es-ES" };

export class Calendar {
  readonly #style: TimeStyle;
  readonly #timeZone: { timeZone?: string };
  readonly #timeOfDay: Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;
  /** When the line above was said. */
  #last: number | undefined;

  /** `timeZone` is an IANA name, the system's own unless given. */
  constructor(style: TimeStyle, { timeZone }: { timeZone?: string } = {}) {
    this.#style = style;
    this.#timeZone = timeZone === undefined ? {} : { timeZone };
    this.#timeOfDay = new Intl.DateTimeFormat("en-GB", {
      ...this.#timeZone,
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    this.#day = new Intl.DateTimeFormat("en-GB", { ...this.#timeZone, dateStyle: "short" });
  }

  /**
   * The day of a moment in words, when it is another than that of the line above. Back to an earlier day goes only what
   * is told again: otherwise a hub whose clock is behind ours would change the day with each of its lines.
   */
  divider(
    moment: number,
    lang: Lang,
    { isReplay = false }: { isReplay?: boolean } = {},
  ): string | undefined {
    if (this.#last === undefined || this.#isSameDay(this.#last, moment)) return undefined;
    if (moment < this.#last && !isReplay) return undefined;
    const words = new Intl.DateTimeFormat(LOCALES[lang], { ...this.#timeZone, dateStyle: "full" });
    return words.format(moment);
  }

  /** What stands beside a line of a moment, always equally wide; `previous` is the moment of the line above. */
  time(moment: number, previous: number | undefined = this.#last): string {
    if (this.#style === "none") return "";
    if (this.#style === "HH:MM" || previous === undefined || !this.#isSameDay(previous, moment)) {
      return this.#timeOfDay.format(moment);
    }
    const passed = moment - previous;
    // Clocks differ a little; more than that is back in the history.
    if (passed <= -MINUTE) return this.#timeOfDay.format(moment);
    const told = passed < MINUTE
      ? `+${Math.max(0, Math.floor(passed / SECOND))}s`
      : passed < HOUR
      ? `+${Math.floor(passed / MINUTE)}m`
      : `+${Math.floor(passed / HOUR)}h`;
    return told.padEnd(WIDTH); // not indented, as the further lines of messages are: those must not look like it
  }

  /** To be told of each line that was shown; `isReplay` as for its divider. */
  shown(moment: number, { isReplay = false }: { isReplay?: boolean } = {}): void {
    this.#last = isReplay ? moment : Math.max(moment, this.#last ?? moment);
  }

  #isSameDay(one: number, other: number): boolean {
    return this.#day.format(one) === this.#day.format(other);
  }
}
