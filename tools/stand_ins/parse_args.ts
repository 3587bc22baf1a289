/**
 * Stands in for `@std/cli/parse-args`, on top of minimist, from which that module descends: the options `string`,
 * `boolean`, `alias` and `unknown`, for flags without a dot.
 *
 * One difference is left: after a long flag that takes a value, an empty argument, `-` and `---` are that value here. In
 * the package the flag's value is empty then, and `""` and `-` are positional arguments.
 */

import minimist from "npm:minimist@1.2.8";

export interface ParseOptions {
  string?: string | readonly string[];
  boolean?: string | readonly string[];
  alias?: Readonly<Record<string, string | readonly string[]>>;
  /** Called with each argument that is not a known flag, positional ones too; `false` keeps it out of the result. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** As narrow as the package's type for flags whose names are computed: assign it to a record of `unknown`. */
export type Args = {
  [Name in keyof { [name: string]: unknown; _: unknown }]: Name extends "_" ? (string | number)[]
    : undefined;
};

/** Parses a command line into its flags by name and, as `_`, its other arguments. */
export function parseArgs(args: string[], options: ParseOptions = {}): Args {
  const { string = [], boolean = [], alias = {}, unknown } = options;
  const end = args.indexOf("--");
  const parsed: Record<string, unknown> = minimist(
    args.map((arg, i) => end === -1 || i < end ? encodeArgument(arg) : arg),
    {
      string: [string].flat().map(encodeName),
      boolean: [boolean].flat().map(encodeName),
      alias: Object.fromEntries(
        Object.entries(alias).map(([name, others]) => [
          encodeName(name),
          [others].flat().map(encodeName),
        ]),
      ),
      ...(unknown && { unknown: (arg: string) => unknown(decodeArgument(arg)) }),
    },
  );
  return Object.fromEntries(
    Object.entries(parsed).map(([name, value]) => [
      decodeName(name),
      // minimist collects the values of a repeated flag.
      name !== "_" && Array.isArray(value) ? value.at(-1) : value,
    ]),
  ) as Args;
}

// A mark before each long name hides two habits of minimist: it reads `--no-x` as `x` switched off, and it finds
// `--toString` and the like on the prototype of the objects in which it looks flags up.
const MARK = "\0";

function encodeName(name: string): string {
  return name.length > 1 ? MARK + name : name;
}

function decodeName(name: string): string {
  return name.replace(MARK, "");
}

function encodeArgument(arg: string): string {
  return arg.replace(/^--(?=[^=]{2})/, `--${MARK}`);
}

function decodeArgument(arg: string): string {
  return arg.replace(`--${MARK}`, "--");
}
