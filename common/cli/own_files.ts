/** Files that the program keeps for its user, readable for their owner alone. */

import { attempt } from "../result.ts";
import type { StateFile } from "./state_folder.ts";
import { within } from "./timers.ts";
import { writeAll } from "./write_all.ts";

/** Mode bits that let the group and all others write, or only all others: a group often has only the owner. */
const OTHERS = 0o022;
const ALL = 0o002;
/** In a folder with this bit, only its owner can replace a file. */
const STICKY = 0o1000;

/** Mode bits that let other users than the owner read or write a file. */
const OPEN_TO_OTHERS = 0o077;

/** Opens a file for reading and writing; creates it and its folder if needed, and takes others' permissions away. */
export async function openOwnFile({ folder, file: path }: StateFile): Promise<Deno.FsFile> {
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  const file = await Deno.open(path, { read: true, write: true, create: true, mode: 0o600 });
  try {
    const { isFile, mode } = await file.stat();
    if (!isFile) throw new Error("not a file");
    if (Deno.build.os !== "windows" && ((mode ?? 0) & OPEN_TO_OTHERS) !== 0) {
      await Deno.chmod(path, 0o600);
    }
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

/** Replaces the text of an own file, empty if it is new, under a lock. @throws {Error} if that fails. */
export async function changeOwnFile(
  place: StateFile,
  max: number,
  change: (text: string) => string | Promise<string>,
): Promise<string> {
  using file = await openOwnFile(place);
  await file.lock(true); // until it is closed
  const text = await readUpTo(file, max);
  const changed = await change(text);
  if (changed === text) return text;
  await rewrite(file, changed);
  await file.sync();
  return changed;
}

/** Replaces the text of an open file. */
export async function rewrite(file: Deno.FsFile, text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  await file.seek(0, Deno.SeekMode.Start);
  await writeAll(file, bytes);
  await file.truncate(bytes.length);
}

/** Locks an open file until it is closed; gives false if another process has. Older runtimes can only wait: for 1 s. */
export async function tryLock(file: Deno.FsFile): Promise<boolean> {
  if (file.tryLock) return await file.tryLock(true);
  return await within((file as Deno.FsFile).lock(true), { milliseconds: 1000 }) !== "late";
}

/** The text of an open file. @throws {TypeError} if it is longer than `max` bytes, or not UTF-8. */
export async function readUpTo(file: Deno.FsFile, max: number): Promise<string> {
  const bytes = await readBytes(file, max + 1);
  if (bytes.length > max) throw new TypeError("too long");
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

/** @throws {Error} if it cannot be opened, or is not a file: to open a FIFO could take for ever. */
export async function openToRead(path: string): Promise<Deno.FsFile> {
  if (!(await Deno.stat(path)).isFile) throw new Error("not a file");
  return await Deno.open(path);
}

/** Whether other users than the owner may read or write a file. */
export function isOpenToOthers(path: string): boolean {
  return ((look(path)?.mode ?? 0) & OPEN_TO_OTHERS) !== 0;
}

/** How others may interfere with a file: it is a link, or others than its owner may write to it (`open`). */
export function exposureOf(path: string): "link" | "open" | undefined {
  const info = look(path, Deno.lstatSync);
  if (info?.isSymlink) return "link";
  return info?.isFile && ((info.mode ?? 0) & OTHERS) !== 0 ? "open" : undefined;
}

/** A state folder, or the folder that it is in, if others may write to it, and so replace what is in it. */
export function openFolder(folder: string): string | undefined {
  const modeOf = (path: string) => look(path)?.mode ?? 0;
  if ((modeOf(folder) & OTHERS) !== 0) return folder;
  const parent = folder.replace(/\/[^/]*$/, "");
  return (modeOf(parent) & (ALL | STICKY)) === ALL ? parent : undefined;
}

/** What is at a path; undefined if nothing is, and on Windows, which has neither modes nor FIFOs. */
export function look(path: string, stat = Deno.statSync): Deno.FileInfo | undefined {
  return Deno.build.os === "windows" ? undefined : attempt(() => stat(path));
}

export function exists(path: string): boolean {
  return attempt(() => Deno.lstatSync(path)) !== undefined;
}

/** The folder that a file is in, or would be. */
export function folderOf(path: string): string {
  return path.replace(/[^/]*$/, "") || ".";
}

/** Reads an open file from its current position, at most `max` bytes. */
export async function readBytes(file: Deno.FsFile, max: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(max);
  let size = 0;
  while (size < max) {
    const count = await file.read(bytes.subarray(size));
    if (count === null) break;
    size += count;
  }
  return bytes.subarray(0, size);
}
