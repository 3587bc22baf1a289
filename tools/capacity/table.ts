/** How the figures are shown. */

/** A row of a table: what it is of, and its values. */
export function row(name: string, ...values: string[]): string {
  return name.padEnd(26) + values.map((value) => value.padStart(20)).join("");
}

export function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
