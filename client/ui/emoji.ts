/** Emoji by their names on GitHub, without colons. A module of its own, so that no more of the package is bundled. */

export { nameToEmoji as EMOJI } from "gemoji";
