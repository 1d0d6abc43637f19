// Processes as Linux counts them.
import { readdirSync, readFileSync } from "node:fs";

const TICKS_PER_SECOND = 100;

/** A process and all that it started, as far as they still run. */
export function treeOf(pid: number): number[] {
  const parents = runningProcesses();
  const below = (parent: number): number[] => [
    parent,
    ...parents.filter(([, of]) => of === parent).flatMap(([child]) => below(child)),
  ];
  return below(pid);
}

/** Seconds of CPU that a process has used itself; with `ended` also those of children that have ended. */
export function cpuSecondsOf(pid: number, ended = false): number {
  const fields = statOf(pid);
  // utime, stime, and those of children that have ended.
  const at = ended ? [11, 12, 13, 14] : [11, 12];
  return at.reduce((sum, field) => sum + Number(fields[field] ?? 0), 0) / TICKS_PER_SECOND;
}

/** Resident bytes of a process. */
export function residentBytesOf(pid: number): number {
  return mappingsOf(pid).reduce((sum, { resident }) => sum + resident, 0);
}

/**
 * Resident bytes of several together. A file that several of them have mapped counts once, as the most that one has of
 * it; that others on the machine may have it, too, makes it no smaller.
 */
export function residentBytesTogether(pids: readonly number[]): number {
  const files = new Map<string, number>();
  let own = 0;
  for (const pid of pids) {
    const mine = new Map<string, number>();
    for (const { file, resident, anonymous } of mappingsOf(pid)) {
      own += anonymous;
      mine.set(file, (mine.get(file) ?? 0) + resident - anonymous);
    }
    for (const [file, bytes] of mine) files.set(file, Math.max(files.get(file) ?? 0, bytes));
  }
  return own + [...files.values()].reduce((sum, bytes) => sum + bytes, 0);
}

type Mapping = { readonly file: string; readonly resident: number; readonly anonymous: number };

/** What /proc tells of a process's memory, piece by piece; nothing when it has ended. */
function mappingsOf(pid: number): Mapping[] {
  const pieces = readOr(`/proc/${pid}/smaps`).split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m);
  return pieces.map((piece) => {
    const of = (name: string) =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(piece)?.[1] ?? 0) * 1024;
    // Address, rights, offset, device, number of the file, name.
    const [, , , device, inode] = piece.split(/\s+/, 5);
    return { file: `${device} ${inode}`, resident: of("Rss"), anonymous: of("Anonymous") };
  });
}

/** The largest resident size that a process has had. */
export function peakBytesOf(pid: number): number {
  const [, peak] = /VmHWM:\s+(\d+) kB/.exec(readOr(`/proc/${pid}/status`)) ?? [];
  return Number(peak ?? 0) * 1024;
}

function runningProcesses(): [number, number][] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map((pid) => [Number(pid), Number(statOf(Number(pid))[1] ?? -1)]);
}

function statOf(pid: number): string[] {
  const text = readOr(`/proc/${pid}/stat`);
  return text.slice(text.lastIndexOf(")") + 2).split(" ");
}

function readOr(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
