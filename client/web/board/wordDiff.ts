// Two texts, piece by piece: what was removed, added and kept. The longest common run of pieces.

type Piece = { readonly is: "same" | "gone" | "came"; readonly text: string };

/** Beyond this many comparisons the texts are shown whole: nobody reads a diff of that size by words. */
const MOST_CELLS = 4_000_000;

/** Differences of two lists of pieces, in reading order; what went stands before what came. */
export function diffPieces(before: readonly string[], after: readonly string[]): Piece[] {
  if (before.length * after.length > MOST_CELLS) {
    return [
      ...before.map((text): Piece => ({ is: "gone", text })),
      ...after.map((text): Piece => ({ is: "came", text })),
    ];
  }
  const width = after.length + 1;
  const common = new Uint32Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      const [down, right] = [common[(i + 1) * width + j]!, common[i * width + j + 1]!];
      const both = common[(i + 1) * width + j + 1]! + 1;
      common[i * width + j] = before[i] === after[j] ? both : Math.max(down, right);
    }
  }
  const pieces: Piece[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      pieces.push({ is: "same", text: before[i]! });
      [i, j] = [i + 1, j + 1];
    } else if (
      i < before.length &&
      (j === after.length || common[(i + 1) * width + j]! >= common[i * width + j + 1]!)
    ) {
      pieces.push({ is: "gone", text: before[i++]! });
    } else {
      pieces.push({ is: "came", text: after[j++]! });
    }
  }
  return pieces;
}

/** Differences word by word; neighbours of a kind are joined. */
export function diffWords(before: string, after: string): Piece[] {
  const words = (text: string) => text.match(/\s+|[^\s]+/g) ?? [];
  const joined: { is: Piece["is"]; text: string }[] = [];
  for (const { is, text } of diffPieces(words(before), words(after))) {
    const last = joined.at(-1);
    if (last?.is === is) last.text += text;
    else joined.push({ is, text });
  }
  return joined;
}
