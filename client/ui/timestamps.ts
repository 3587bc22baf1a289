/** The times beside the lines, and the days between them, by the line above. Moments are milliseconds since 1970. */

import type { Lang } from "../../common/i18n/mod.ts";

/** `relative`: since the line above (`+5s`, `+2m`, `+1h`), or the time of day if that line is of another day. */
export const TIME_STYLES = ["HH:MM", "relative", "none"] as const;
export type TimeStyle = (typeof TIME_STYLES)[number];

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** The width of a time, in columns. */
const WIDTH = "HH:MM".length;

export const LOCALES: Readonly<Record<Lang, string>> = { en: "en-GB", es: "es-ES" };

export class Timestamps {
  readonly #style: TimeStyle;
  readonly #zone: { timeZone?: string };
  readonly #timeOfDay: Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;
  /** The moment of the line above. */
  #last: number | undefined;

  /** `timeZone` is an IANA name; the system's own by default. */
  constructor(style: TimeStyle, zone: { timeZone?: string } = {}) {
    this.#style = style;
    this.#zone = zone;
    this.#timeOfDay = new Intl.DateTimeFormat("en-GB", { ...zone, timeStyle: "short" });
    this.#day = new Intl.DateTimeFormat("en-GB", { ...zone, dateStyle: "short" });
  }

  /** Notes a shown line; gives its day in words if that differs. Only a replay goes back: a hub's clock may be slow. */
  advance(moment: number, lang: Lang, { isReplay = false } = {}): string | undefined {
    const last = this.#last ?? moment;
    this.#last = isReplay ? moment : Math.max(moment, last);
    if (this.#last === last || this.#isSameDay(last, moment)) return undefined;
    const words = new Intl.DateTimeFormat(LOCALES[lang], { ...this.#zone, dateStyle: "full" });
    return words.format(moment);
  }

  /** Formats the time of a line, always at the same width; `previous` is the moment of the line above. */
  time(moment: number, previous: number | undefined = this.#last): string {
    if (this.#style === "none") return "";
    if (this.#style === "HH:MM" || previous === undefined || !this.#isSameDay(previous, moment)) {
      return this.#timeOfDay.format(moment);
    }
    const passed = moment - previous;
    // A small difference comes from the clocks; a larger one means that the line is from the history.
    if (passed <= -MINUTE) return this.#timeOfDay.format(moment);
    const relative = passed < MINUTE
      ? `+${Math.max(0, Math.floor(passed / SECOND))}s`
      : passed < HOUR
      ? `+${Math.floor(passed / MINUTE)}m`
      : `+${Math.floor(passed / HOUR)}h`;
    return relative.padEnd(WIDTH); // padded at its end, so that it does not look like a continued message
  }

  #isSameDay(a: number, b: number): boolean {
    return this.#day.format(a) === this.#day.format(b);
  }
}

/** Names of UTC itself. */
const UTC = /^:?(etc\/)?(utc|gmt|uct|zulu|universal|greenwich)([+-]?0)?$/i;

/**
 * Whether the value of TZ is unknown, so that times are in UTC, without a word from the runtime: a wrong name, or most
 * rules in the form of POSIX. `zone` and `offset`: what the runtime makes of it, as a name and in minutes.
 */
export function isUnknownZone(
  value: string | undefined,
  { zone, offset }: { zone: string | undefined; offset: number },
): boolean {
  if (!value || UTC.test(value) || offset !== 0) return false;
  return zone === undefined || zone === "UTC" || zone === "Etc/Unknown";
}
