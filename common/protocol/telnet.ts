/** Removes telnet commands (RFC 854, RFC 855) from lines, so that people can chat with a telnet client. */

const IAC = 255;
const SB = 250;
const SE = 240;
const FIRST_NEGOTIATION = 251; // WILL, WONT, DO and DONT are 251 to 254 and take one option byte

/** The line without telnet commands. UTF-8 never contains IAC, so other lines are returned as they are. */
export function stripTelnet(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(IAC)) return bytes;
  const kept: number[] = [];
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte !== IAC) {
      kept.push(byte);
      continue;
    }
    const command = bytes[at + 1];
    if (command === IAC) kept.push(IAC); // an escaped 255 is data
    if (command === SB) {
      while (at < bytes.length && !(bytes[at] === IAC && bytes[at + 1] === SE)) at++;
    } else if (command !== undefined && command >= FIRST_NEGOTIATION && command < IAC) {
      at++;
    }
    at++;
  }
  return Uint8Array.from(kept);
}
