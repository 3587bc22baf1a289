/** Archives for Unix (.tar.gz) and Windows (.zip). The same files give the same bytes, wherever they are packed. */

import { unzipSync, type Zippable, zipSync } from "fflate";
import { packTar, unpackTar } from "modern-tar";
import { gunzipSync, gzipSync } from "node:zlib";

export interface File {
  /** From the archive's root, with slashes. */
  readonly path: string;
  readonly content: Uint8Array;
  readonly isExecutable?: boolean;
}

const FILE_MODE = 0o644;
const EXECUTABLE_MODE = 0o755;
/** Says that an entry of a zip has a Unix mode. */
const MADE_ON_UNIX = 3;
const REGULAR_FILE = 0o100000;

export interface Packing {
  /** The time of every file, in seconds since 1970. */
  readonly modified: number;
  /** Compression: 1 is the fastest, 9 the smallest and the default. */
  readonly level?: Level;
}

type Level = 1 | 6 | 9;

const SMALLEST = 9;

/** A .tar.gz, sorted by path. */
export async function tarGz(
  files: readonly File[],
  { modified, level = SMALLEST }: Packing,
): Promise<Uint8Array> {
  const owner = { uid: 0, gid: 0, uname: "root", gname: "root" };
  const mtime = new Date(modified * 1000);
  const tar = await packTar(
    sorted(files).map((file) => ({
      header: { name: file.path, size: file.content.length, mode: mode(file), mtime, ...owner },
      body: file.content,
    })),
  );
  return new Uint8Array(gzipSync(tar, { level }));
}

/** The same as a .zip, whose times begin in 1980. */
export function zip(files: readonly File[], { modified, level = SMALLEST }: Packing): Uint8Array {
  const entries: Zippable = {};
  for (const file of sorted(files)) {
    entries[file.path] = [file.content, {
      level,
      mtime: localTime(modified),
      os: MADE_ON_UNIX,
      attrs: ((REGULAR_FILE | mode(file)) << 16) >>> 0,
    }];
  }
  return zipSync(entries);
}

/** The files of an archive. From a zip, the executable bit is not read. */
export async function unpack(archive: Uint8Array): Promise<File[]> {
  if (archive[0] === "P".charCodeAt(0)) {
    return Object.entries(unzipSync(archive)).map(([path, content]) => ({ path, content }));
  }
  const entries = await unpackTar(gunzipSync(archive), { strict: true });
  return entries.map(({ header, data = new Uint8Array() }) => ({
    path: header.name,
    content: data,
    isExecutable: ((header.mode ?? 0) & 0o100) !== 0,
  }));
}

function sorted(files: readonly File[]): File[] {
  return files.toSorted((a, b) => a.path < b.path ? -1 : 1);
}

function mode({ isExecutable = false }: File): number {
  return isExecutable ? EXECUTABLE_MODE : FILE_MODE;
}

/** A zip holds local time: UTC is used as that, so that the time zone of the build changes nothing. */
function localTime(seconds: number): Date {
  const utc = new Date(Math.max(seconds * 1000, Date.UTC(1980, 0, 1)));
  return new Date(
    utc.getUTCFullYear(),
    utc.getUTCMonth(),
    utc.getUTCDate(),
    utc.getUTCHours(),
    utc.getUTCMinutes(),
    utc.getUTCSeconds(),
  );
}
