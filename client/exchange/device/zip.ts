// export.zip as the Health app writes it: its one large XML file, unpacked as it is read (PKWARE APPNOTE 6.3).
import type { DeviceInput } from "./input.ts";
import { unreadable } from "./report.ts";

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const LOCATOR_BYTES = 20;
const END_64_BYTES = 56;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
/** A comment may stand behind the end. */
const MAX_COMMENT = 65_535;
/** Of the list of files: many routes and recordings may be in it. */
const MAX_DIRECTORY = 64 * 1024 * 1024;
const IN_EXTRA = 0xffffffff;

type Entry = {
  readonly name: string;
  readonly isEncrypted: boolean;
  readonly method: number;
  readonly packed: number;
  readonly offset: number;
};

/**
 * The input for the reader of Apple Health exports: of a zip its inner XML, of any other file what it holds. The file
 * is never held as a whole. Refuses with `UnreadableHealthData`.
 */
export async function openExport(file: Blob): Promise<DeviceInput> {
  const first = await view(file, 0, Math.min(4, file.size));
  if (first.byteLength < 4 || first.getUint32(0, true) !== LOCAL) return file.stream();
  const entry = exportAmong(await entriesOf(file));
  if (entry.isEncrypted) throw no("it is encrypted");
  if (entry.method !== 0 && entry.method !== 8) throw no("it is packed in an unknown way");
  const local = await view(file, entry.offset, LOCAL_BYTES);
  if (local.getUint32(0, true) !== LOCAL) throw no("its list of files is wrong");
  const start = entry.offset + LOCAL_BYTES + local.getUint16(26, true) + local.getUint16(28, true);
  if (start + entry.packed > file.size) throw no("it ends too early; copy it again");
  const packed = file.slice(start, start + entry.packed).stream();
  if (entry.method === 0) return packed;
  return unpacked(packed.pipeThrough(new DecompressionStream("deflate-raw")));
}

function no(reason: string) {
  return unreadable({ kind: "zip", reason });
}

/** export.xml, whatever it is called in the phone's language: not the same in the form of a clinical document. */
function exportAmong(entries: readonly Entry[]): Entry {
  const xml = entries.filter(({ name }) => /^[^/]+\/[^/]+\.xml$|^[^/]+\.xml$/i.test(name));
  const own = xml.filter(({ name }) => !/_cda\.xml$/i.test(name));
  const named = own.filter(({ name }) => /(?:^|\/)export\.xml$/i.test(name));
  const [found] = named.length === 1 ? named : own;
  if (found === undefined) throw no("it holds no export.xml");
  if (named.length !== 1 && own.length > 1) throw no("it holds several XML files");
  return found;
}

async function* unpacked(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const part = await reader.read().catch(() => {
        throw no("it is damaged; copy it again");
      });
      if (part.done) return;
      yield part.value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

async function entriesOf(file: Blob): Promise<Entry[]> {
  const { offset, size } = await directoryOf(file);
  if (size > MAX_DIRECTORY) throw no("its list of files is too long");
  const list = await view(file, offset, size);
  const entries: Entry[] = [];
  let at = 0;
  while (at + ENTRY_BYTES <= list.byteLength && list.getUint32(at, true) === ENTRY) {
    const names = list.getUint16(at + 28, true);
    const extra = list.getUint16(at + 30, true);
    const end = at + ENTRY_BYTES + names + extra + list.getUint16(at + 32, true);
    if (end > list.byteLength) throw no("its list of files is wrong");
    entries.push(entryAt(list, { at, names, extra }));
    at = end;
  }
  return entries;
}

function entryAt(list: DataView, of: { at: number; names: number; extra: number }): Entry {
  const { at, names, extra } = of;
  const bytes = new Uint8Array(list.buffer, list.byteOffset + at + ENTRY_BYTES, names);
  const sizes = [24, 20, 42].map((field) => list.getUint32(at + field, true));
  const large = largeSizes(list, { from: at + ENTRY_BYTES + names, length: extra });
  // Those that do not fit stand in the extra field, in this order.
  const [, packed, offset] = sizes.map((size) => (size === IN_EXTRA ? large.shift() : size));
  if (packed === undefined || offset === undefined) throw no("its list of files is wrong");
  return {
    name: new TextDecoder().decode(bytes),
    isEncrypted: (list.getUint16(at + 8, true) & 1) === 1,
    method: list.getUint16(at + 10, true),
    packed,
    offset,
  };
}

function largeSizes(list: DataView, { from, length }: { from: number; length: number }): number[] {
  let at = from;
  while (at + 4 <= from + length) {
    const [id, size] = [list.getUint16(at, true), list.getUint16(at + 2, true)];
    if (id === 1 && at + 4 + size <= from + length) {
      const count = Math.floor(size / 8);
      return Array.from({ length: count }, (_, i) => long(list, at + 4 + 8 * i));
    }
    at += 4 + size;
  }
  return [];
}

async function directoryOf(file: Blob): Promise<{ offset: number; size: number }> {
  const from = Math.max(0, file.size - END_BYTES - MAX_COMMENT);
  const tail = await view(file, from, file.size - from);
  let at = tail.byteLength - END_BYTES;
  while (at >= 0 && tail.getUint32(at, true) !== END) at--;
  if (at < 0) throw no("it ends too early; copy it again");
  const [size, offset] = [tail.getUint32(at + 12, true), tail.getUint32(at + 16, true)];
  const isLarge = size === IN_EXTRA || offset === IN_EXTRA;
  if (!isLarge) return { offset, size };
  const locator = await view(file, from + at - LOCATOR_BYTES, LOCATOR_BYTES);
  if (locator.getUint32(0, true) !== LOCATOR_64) throw no("its list of files is wrong");
  const end = await view(file, long(locator, 8), END_64_BYTES);
  if (end.getUint32(0, true) !== END_64) throw no("its list of files is wrong");
  return { size: long(end, 40), offset: long(end, 48) };
}

/** Up to 2^53, beyond which no file is. */
function long(of: DataView, at: number): number {
  const value = of.getUint32(at, true) + of.getUint32(at + 4, true) * 2 ** 32;
  if (!Number.isSafeInteger(value)) throw no("its list of files is wrong");
  return value;
}

async function view(file: Blob, from: number, length: number): Promise<DataView> {
  if (from < 0 || from + length > file.size) throw no("it ends too early; copy it again");
  return new DataView(await file.slice(from, from + length).arrayBuffer());
}
