// "Did you mean": the nearest known words to a misspelt one.

/** Levenshtein distance over two rows. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** Up to `limit` known words that are close to `word` or contain one of its parts, nearest first. */
export function closest(word: string, known: readonly string[], limit = 3): string[] {
  const plain = word.toLowerCase().slice(0, 100);
  const parts = plain.split(/[^a-z0-9]+/).filter((part) => part.length > 2);
  return known
    .map((name) => {
      const lower = name.toLowerCase();
      const shared = parts.filter((part) => lower.includes(part)).length;
      const far = distance(plain, lower);
      return {
        name,
        far: far - 4 * shared,
        near: far <= Math.max(2, plain.length / 3) || shared > 0,
      };
    })
    .filter(({ near }) => near)
    .sort((a, b) => a.far - b.far || a.name.localeCompare(b.name))
    .slice(0, limit)
    .map(({ name }) => name);
}
