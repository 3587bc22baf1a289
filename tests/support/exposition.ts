/** A strict parser for the text format of Prometheus, version 0.0.4. */

export interface Metric {
  readonly type: string;
  readonly help: string;
  /** By name and labels as written: `chat_rejected_total{reason="server_full"}`. */
  readonly samples: Readonly<Record<string, number>>;
}

const SAMPLE =
  /^([a-z_:][\w:]*)((?:\{\w+="(?:[^"\\\n]|\\.)*"(?:,\w+="(?:[^"\\\n]|\\.)*")*\})?) (\S+)$/i;

/** The metrics by name. Throws if the text is not valid. */
export function readExposition(text: string): Record<string, Metric> {
  if (!text.endsWith("\n")) throw new Error("the last line has no end");
  const metrics: Record<string, { type: string; help: string; samples: Record<string, number> }> =
    {};
  let last = "";
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const [, help, named, said] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (help === "HELP") {
      if (metrics[named!]) throw new Error(`twice: ${line}`);
      metrics[last = named!] = { type: "", help: said!, samples: {} };
    } else if (help === "TYPE") {
      if (named !== last) throw new Error(`not of ${last}: ${line}`);
      metrics[last]!.type = said!;
    } else {
      const [, name, labels, value] = SAMPLE.exec(line) ?? [];
      if (name === undefined) throw new Error(`no sample: ${line}`);
      const family = name.replace(/_(bucket|sum|count)$/, "");
      if (name !== last && family !== last) throw new Error(`not of ${last}: ${line}`);
      const { samples } = metrics[last]!;
      if (name + labels in samples) throw new Error(`twice: ${line}`);
      const number = value === "+Inf" ? Infinity : Number(value);
      if (Number.isNaN(number)) throw new Error(`no number: ${line}`);
      samples[name + labels] = number;
    }
  }
  return metrics;
}

/** All samples of all metrics. */
export function samplesOf(text: string): Record<string, number> {
  return Object.assign({}, ...Object.values(readExposition(text)).map(({ samples }) => samples));
}
