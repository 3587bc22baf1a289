/** Time zones that this program does not know. */

/** Names of UTC itself. */
const UTC = /^:?(etc\/)?(utc|gmt|uct|zulu|universal|greenwich)([+-]?0)?$/i;

/**
 * Whether the value of TZ is unknown, so that times are in UTC, without a word from the runtime: a wrong name, or most
 * rules in the form of POSIX. `zone` and `offset`: what the runtime makes of it, as a name and in minutes.
 */
export function isUnknownZone(
  value: string | undefined,
  { zone, offset }: { zone: string | undefined; offset: number },
): boolean {
  if (!value || UTC.test(value) || offset !== 0) return false;
  return zone === undefined || zone === "UTC" || zone === "Etc/Unknown";
}
