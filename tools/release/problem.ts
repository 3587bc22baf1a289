/** What keeps a release from being made, as one line for who makes it. */

export class Problem extends Error {
  override readonly name = "Problem";
}
