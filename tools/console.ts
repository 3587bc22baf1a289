/** The tools' lines on stdout and stderr. */

const utf8 = new TextEncoder();

export function print(line: string): void {
  Deno.stdout.writeSync(utf8.encode(`${line}\n`));
}

/** Prints an error and returns the exit code for it. */
export function complain(line: string, code: number): number {
  Deno.stderr.writeSync(utf8.encode(`${line}\n`));
  return code;
}
