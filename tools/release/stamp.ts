/** Puts the repository's name into what a release says of it, and into the scripts that install from it. Pure. */

import { Problem } from "./problem.ts";

/** What GitHub allows in the names of an owner and of a repository. */
const REPOSITORY = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})\/[A-Za-z0-9._-]{1,100}$/;

/** The line of install.sh and of install.ps1 that has the name, and is empty in a clone. */
const PLACE = /^(REPOSITORY=| *\$Stamped = )''$/gm;

/** How the READMEs call the repository, whose name they do not know. */
const PLACEHOLDER = "OWNER/chat";

/** @throws {Problem} where the name is none. */
export function checkRepository(repository: string): void {
  if (REPOSITORY.test(repository)) return;
  throw new Problem(`${repository} is not the name of a repository: it is OWNER/NAME`);
}

/** A README with the name in the lines that people are to copy. */
export function stampReadme(readme: string, repository: string): string {
  return readme.replaceAll(PLACEHOLDER, repository);
}

/** @throws {Problem} where the name is none, or there is no single place for it. */
export function stamp(script: string, repository: string): string {
  checkRepository(repository);
  const places = script.match(PLACE)?.length ?? 0;
  if (places !== 1) {
    throw new Problem(`there are ${places} places for the repository's name, not 1`);
  }
  return script.replace(PLACE, (_line, start: string) => `${start}'${repository}'`);
}
