/** Errors that nobody has foreseen, wherever they come up. What becomes of them, the caller knows. */

/** Tells of each of them; without it, one ends the program with a stack trace and leaves the terminal as it is. */
export function onFault(tell: (error: unknown) => void): void {
  globalThis.addEventListener("error", (event) => {
    event.preventDefault();
    tell(event.error);
  });
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    tell(event.reason);
  });
}
