/** Catches unexpected errors and rejections. */

/** Calls back for each of them: by itself it would end the program, and leave the terminal in raw mode. */
export function onFault(report: (error: unknown) => void): void {
  globalThis.addEventListener("error", (event) => {
    event.preventDefault();
    report(event.error);
  });
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    report(event.reason);
  });
}
