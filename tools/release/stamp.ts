/** Puts the repository's name into a release's install scripts. */

import { Problem } from "./problem.ts";

/** The names of owners and repositories that GitHub allows. */
const REPOSITORY = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})\/[A-Za-z0-9._-]{1,100}$/;

/** The line of install.sh and of install.ps1 for the name, empty in a clone. */
const PLACE = /^(REPOSITORY=| *\$Stamped = )''$/gm;

/** @throws {Problem} if it is not OWNER/NAME. */
export function checkRepository(repository: string): void {
  if (REPOSITORY.test(repository)) return;
  throw new Problem(`${repository} is not the name of a repository, OWNER/NAME`);
}

/** @throws {Problem} if the name is not OWNER/NAME, or the script does not have exactly one place for it. */
export function stamp(script: string, repository: string): string {
  checkRepository(repository);
  const places = script.match(PLACE)?.length ?? 0;
  if (places !== 1) {
    throw new Problem(`there are ${places} places for the repository's name, not 1`);
  }
  return script.replace(PLACE, (_line, start: string) => `${start}'${repository}'`);
}
