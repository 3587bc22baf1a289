/**
 * Stands in for `@std/cli/parse-args`, on top of minimist, from which that module descends. It knows the options
 * `string`, `boolean`, `alias` and `unknown`, for flags without a dot, and nothing of this program's flags.
 *
 * One difference is left, in what follows a long flag that wants a value. An empty argument, `-` and `---` are that value
 * here; in the package the flag's value is empty then, and `""` and `-` are positional arguments.
 */

import minimist from "npm:minimist@1.2.8";

export interface ParseOptions {
  string?: string | readonly string[];
  boolean?: string | readonly string[];
  alias?: Readonly<Record<string, string | readonly string[]>>;
  /** Told of each argument that is no known flag, positional ones too; `false` keeps it out of the result. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** As narrow as the package's own type for flags whose names are computed: assign it to a record of `unknown`. */
export type Args = {
  [Name in keyof { [name: string]: unknown; _: unknown }]: Name extends "_" ? (string | number)[]
    : undefined;
};

/** Takes a command line apart into its flags by name and, as `_`, its other arguments. */
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
      // Minimist collects the values of a flag that is given several times.
      name !== "_" && Array.isArray(value) ? value.at(-1) : value,
    ]),
  ) as Args;
}

// A mark before each long name hides two habits of minimist: it takes `--no-x` for `x` switched off, and it knows
// `--toString` and the like from the prototype of the objects that it looks flags up in.
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
