/** Where the program runs. What it makes of that, the caller knows. */

/**
 * Whether a terminal shows what the program writes. Where none does, that one is gone is no reason to end: `nohup` asks
 * for that by ignoring SIGHUP, which Deno undoes for a program that listens for any signal. To be asked at the start: a
 * terminal that is gone is none.
 */
export function isSeen(): boolean {
  return Deno.stdout.isTerminal() || Deno.stderr.isTerminal();
}
