// Many files as one, uncompressed (PKWARE APPNOTE 6.3, method 0): what is in them is encrypted and would not get smaller.
const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const VERSION = 20;
/** Names are UTF-8. */
const FLAGS = 0x0800;
/** 1 January 1980: the archive says nothing of when it was made. */
const DOS_DATE = 0x21;
const MAX_FILES = 65_000;
const MAX_BYTES = 2 ** 31;

export type ZipFile = { readonly name: string; readonly bytes: Uint8Array };

/** The archive. Throws RangeError for more than an archive without extensions holds: 65,000 files, 2 GiB. */
export function zipOf(files: readonly ZipFile[]): Blob {
  const total = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (files.length > MAX_FILES || total > MAX_BYTES) throw new RangeError("too much for one file");
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const central: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  for (const { name, bytes } of files) {
    const path = new Uint8Array(new TextEncoder().encode(name));
    const common = [
      [2, VERSION],
      [2, FLAGS],
      [2, 0],
      [2, 0],
      [2, DOS_DATE],
      [4, crc32(bytes)],
      [4, bytes.length],
      [4, bytes.length],
      [2, path.length],
      [2, 0],
    ] as const;
    const local = fields([[4, LOCAL], ...common]);
    const rest = [
      [2, 0],
      [2, 0],
      [2, 0],
      [4, 0],
      [4, offset],
    ] as const;
    central.push(fields([[4, CENTRAL], [2, VERSION], ...common, ...rest]), path);
    parts.push(local, path, new Uint8Array(bytes));
    offset += local.length + path.length + bytes.length;
  }
  const size = central.reduce((sum, { length }) => sum + length, 0);
  const { length: count } = files;
  const end = fields([
    [4, END],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, size],
    [4, offset],
    [2, 0],
  ]);
  return new Blob([...parts, ...central, end], { type: "application/zip" });
}

/** Numbers of 2 or 4 bytes, least significant first. */
function fields(of: readonly (readonly [bytes: number, value: number])[]): Uint8Array<ArrayBuffer> {
  const length = of.reduce((sum, [bytes]) => sum + bytes, 0);
  const written = new Uint8Array(length);
  const view = new DataView(written.buffer);
  let at = 0;
  for (const [bytes, value] of of) {
    if (bytes === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += bytes;
  }
  return written;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, i) => {
  let value = i;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ TABLE[(crc ^ byte) & 0xff]!;
  return (crc ^ 0xffffffff) >>> 0;
}
