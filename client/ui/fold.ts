/** How much is shown of a text that is much longer than the screen, and how many of its rows are not. */

import { unitWidth } from "../../common/cli/width.ts";

/** A text of at most `most` rows and `units` UTF-16 units is shown whole; of a longer text, the first `kept` rows. */
export type FoldLimits = ReturnType<typeof messageLimits>;

/** For the user's own input, which nobody else can make long, and which must not be lost. */
export const UNLIMITED: FoldLimits = { most: Infinity, kept: Infinity, units: Infinity };

/** The most of a text that is laid out, in UTF-16 units, in a terminal of any size. */
const MAX_UNITS = 16 * 1024;
/** The most of a hidden text whose rows are counted, in UTF-16 units: by default hubs let no longer message through. */
export const MAX_COUNTED = 64 * 1024;
/** Replies and notices are mostly asked for, so they are shown whole up to this many rows. */
const MAX_NOTICE_ROWS = 200;

const LF = 0x0a;
const CR = 0x0d;
const TAB = 0x09;
const TAB_COLUMNS = 4;

/** The limits for a message on a screen of this height, in rows. */
export function messageLimits(height: number) {
  return { most: 2 * height, kept: Math.max(1, Math.floor(height / 2)), units: MAX_UNITS };
}

/** The limits for a reply or a notice on such a screen. */
export function noticeLimits(height: number): FoldLimits {
  const most = Math.max(MAX_NOTICE_ROWS, 2 * height);
  return { most, kept: most, units: MAX_UNITS };
}

/**
 * The least number of rows that a text takes at a width, in columns, and whether it takes no more. It is not laid out:
 * each UTF-16 unit is looked at once, and those far behind are not. `newlines`: whether LF ends a line.
 */
export function countRows(
  text: string,
  width: number,
  { newlines = false } = {},
): { count: number; isExact: boolean } {
  const end = Math.min(text.length, MAX_COUNTED);
  let [count, isExact] = [0, end === text.length];
  // The columns of a line: at least, since spaces at its breaks are dropped, and at most.
  let [least, most] = [0, 0];
  for (let at = 0; at <= end; at++) {
    const unit = text.charCodeAt(at);
    if (at === end || (newlines && unit === LF)) {
      count += Math.max(1, Math.ceil(least / width));
      isExact &&= most <= width;
      least = most = 0;
    } else if (unit > 0x20 && unit < 0x7f) {
      least++;
      most++;
    } else {
      if (!mayJoin(unit)) least += unitWidth(unit);
      most += unit === TAB ? TAB_COLUMNS : unit === CR ? Infinity : 2;
    }
  }
  return { count, isExact };
}

/** Whether a UTF-16 unit may take no column beside others: a space, an emoji, or half of a surrogate pair. */
function mayJoin(unit: number): boolean {
  return unit === 0x20 || unit === 0xa9 || unit === 0xae || (unit >= 0x2000 && unit < 0x3400) ||
    (unit >= 0xd800 && unit < 0xe000);
}
