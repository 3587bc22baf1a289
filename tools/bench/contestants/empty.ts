/** The baseline of programs: it ends at once, or waits if it is given an argument. */

if (Deno.args.length > 0) setInterval(() => {}, 1e9);
