// Where the marks of a chart's axes stand: at round numbers, all as far apart.

const PARTS = 5;

/** Round values at equal steps that hold all from `low` to `high`. `least`: the smallest step that makes sense. */
export function evenTicks({ low, high, least = 0 }: { low: number; high: number; least?: number }) {
  // One value alone stands between two marks of its own size.
  const flat = high === low ? Math.abs(high) / PARTS || 1 : 0;
  const rough = Math.max((high - low) / PARTS, least, flat);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough * 0.999) ?? rough;
  const first = Math.floor(low / step);
  const last = Math.max(Math.ceil(high / step), first + 1);
  return Array.from({ length: last - first + 1 }, (_, i) => rounded((first + i) * step));
}

/** Without the digits that adding decimals leaves behind. */
function rounded(value: number): number {
  return Number(value.toPrecision(12));
}
