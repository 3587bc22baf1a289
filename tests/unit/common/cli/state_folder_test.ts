import { assertEquals } from "@std/assert";
import { stateFile } from "../../../../common/cli/state_folder.ts";

function path(variables: Record<string, string>, isWindows = false) {
  return stateFile("input-history", (name) => variables[name], isWindows)?.file;
}

Deno.test("a state file is in the user's state folder", () => {
  const HOME = "/home/ana";
  assertEquals(path({ HOME }), "/home/ana/.local/state/chat/input-history");
  assertEquals(path({ HOME, XDG_STATE_HOME: "/state" }), "/state/chat/input-history");
  assertEquals(
    stateFile("input-history", (name) => ({ HOME })[name], false)?.folder,
    "/home/ana/.local/state/chat",
  );
  const LOCALAPPDATA = "C:\\Users\\ana\\AppData\\Local";
  assertEquals(path({ LOCALAPPDATA }, true), `${LOCALAPPDATA}\\chat\\input-history`);
});

Deno.test("a folder that ends in slashes, such as /, gives no double slash", () => {
  assertEquals(path({ HOME: "/" }), "/.local/state/chat/input-history");
  assertEquals(path({ HOME: "/home/ana//" }), "/home/ana/.local/state/chat/input-history");
  assertEquals(path({ XDG_STATE_HOME: "/" }), "/chat/input-history");
  assertEquals(path({ LOCALAPPDATA: "C:\\" }, true), "C:\\chat\\input-history");
});

Deno.test("a relative XDG_STATE_HOME is ignored, and the state folder needs a home", () => {
  for (const XDG_STATE_HOME of ["", "state", "./state"]) {
    assertEquals(path({ HOME: "/h", XDG_STATE_HOME }), "/h/.local/state/chat/input-history");
    assertEquals(path({ XDG_STATE_HOME }), undefined);
  }
  assertEquals(path({ HOME: "/h" }, true), undefined);
});
