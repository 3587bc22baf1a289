/** Emoji by their names on GitHub, without colons. A module of its own, so that the executable has no more of the package. */

export { nameToEmoji as EMOJI } from "gemoji";
