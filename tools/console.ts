/** How the tools speak to who runs them: what they have to say, and what went wrong. */

const utf8 = new TextEncoder();

export function print(line: string): void {
  Deno.stdout.writeSync(utf8.encode(`${line}\n`));
}

/** Says what went wrong, and gives the exit code for it. */
export function complain(line: string, code: number): number {
  Deno.stderr.writeSync(utf8.encode(`${line}\n`));
  return code;
}
