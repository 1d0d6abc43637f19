// An export of years, 200 MB of it: read piece by piece, without holding it, and without keeping whoever waits waiting.
import { expect, it } from "vitest";
import { parseDay } from "../../circuits/statement/encoding/day.ts";
import { readAppleHealth } from "../../client/exchange/device/appleHealth.ts";

const TOTAL_BYTES = 200 * 1024 * 1024;
const PIECE_RECORDS = 400;
/** Well below the file, with what is not yet cleared away: the rest of this process lives in it too. */
const MOST_BYTES = 128 * 1024 * 1024;
const MOST_GAP_MS = 2_000;

const record = (type: string, day: string, value: number) =>
  `<Record type="HKQuantityTypeIdentifier${type}" sourceName="Watch" sourceVersion="9.1" unit="count/min" creationDate="${day} 10:00:00 +0100" startDate="${day} 10:00:00 +0100" endDate="${day} 10:00:00 +0100" value="${value}"/>\n`;

/** A piece of other years and kinds, and in each one reading that is asked for. */
function* exportOf(total: number): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  yield encoder.encode('<?xml version="1.0"?>\n<HealthData locale="en_GB">\n');
  const others =
    record("HeartRate", "2019-03-01", 61) + record("RespiratoryRate", "2024-03-01", 14);
  const filler = encoder.encode(others.repeat(PIECE_RECORDS / 2));
  for (let bytes = 0, i = 0; bytes < total; i++) {
    const day = `2024-03-${String(1 + (i % 28)).padStart(2, "0")}`;
    const piece = encoder.encode(record("HeartRate", day, 50 + (i % 60)));
    yield filler;
    yield piece;
    bytes += filler.length + piece.length;
  }
  yield encoder.encode("</HealthData>\n");
}

it("is read within a small memory, saying how far it is, and can be stopped", async () => {
  const wanted = [{ loinc: "8867-4", unit: "/min" }];
  const range = { from: parseDay("2024-03-01"), to: parseDay("2024-03-31") };
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  let most = 0;
  let told = 0;
  let [last, gap] = [performance.now(), 0];
  const ticking = setInterval(() => {
    gap = Math.max(gap, performance.now() - last);
    last = performance.now();
  }, 20);
  const onProgress = ({ bytes }: { bytes: number }) => {
    told = bytes;
    most = Math.max(most, process.memoryUsage().heapUsed - before);
  };
  try {
    const { observations, report } = await readAppleHealth(exportOf(TOTAL_BYTES), {
      ...{ wanted, ...range, onProgress },
    });
    expect(told).toBeGreaterThan(TOTAL_BYTES);
    expect(report.seen).toBeGreaterThan(500_000);
    expect(observations.length).toBe(report.taken);
    expect(report.taken).toBeGreaterThan(1_000);
    expect(most).toBeLessThan(MOST_BYTES);
    expect(gap).toBeLessThan(MOST_GAP_MS);
  } finally {
    clearInterval(ticking);
  }
  const stopped = new AbortController();
  const stop = () => stopped.abort(new Error("stopped"));
  const halted = readAppleHealth(exportOf(TOTAL_BYTES), {
    ...{ wanted, ...range, signal: stopped.signal, onProgress: stop },
  });
  await expect(halted).rejects.toThrow("stopped");
}, 300_000);
