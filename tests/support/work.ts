/** Counts the work on texts, which unlike time does not depend on the machine. */

/** How many segments were asked for, and how many UTF-16 units were normalized. */
export interface Work {
  segments: number;
  normalized: number;
}

/** The work that a function does. */
export function countWork(run: () => void): Work {
  const work: Work = { segments: 0, normalized: 0 };
  const { segment } = Intl.Segmenter.prototype;
  const { normalize } = String.prototype;
  Intl.Segmenter.prototype.segment = function (text) {
    const segments = segment.call(this, text);
    return {
      containing: (at?: number) => segments.containing(at),
      *[Symbol.iterator]() {
        for (const each of segments) {
          work.segments++;
          yield each;
        }
      },
    } as unknown as Intl.Segments;
  };
  String.prototype.normalize = function (form?: string) {
    work.normalized += this.length;
    return normalize.call(this, form);
  };
  try {
    run();
  } finally {
    Intl.Segmenter.prototype.segment = segment;
    String.prototype.normalize = normalize;
  }
  return work;
}
