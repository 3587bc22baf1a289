/** Why a release cannot be made, in one line. */

export class Problem extends Error {
  override readonly name = "Problem";
}
