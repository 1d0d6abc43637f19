// Text of any length as a run of QR codes, shown in turn and read in any order: proofs are longer than one
// code that a phone still reads well.
//
//     CZ1.<check>.<index>.<count>.<part>      check: 8 characters of the whole text's SHA-256

const FRAME = /^CZ1\.([0-9a-f]{8})\.(\d+)\.(\d+)\.(.*)$/s;
const PART_LENGTH = 600;
const MOST_FRAMES = 99;

/** Whether a text can be shown as codes at all. */
export function fitsFrames(text: string): boolean {
  return text.length <= PART_LENGTH * MOST_FRAMES;
}

/** Splits a text into what each code shows. A short one stays as it is. */
export async function toFrames(text: string): Promise<string[]> {
  if (text.length <= PART_LENGTH) return [text];
  const count = Math.ceil(text.length / PART_LENGTH);
  if (!fitsFrames(text)) throw new RangeError("too long to show: save it as a file instead");
  const check = await checkOf(text);
  return Array.from({ length: count }, (_, i) => {
    const part = text.slice(i * PART_LENGTH, (i + 1) * PART_LENGTH);
    return `CZ1.${check}.${i}.${count}.${part}`;
  });
}

export type Collected = {
  readonly parts: ReadonlyMap<number, string>;
  readonly count: number;
  readonly check: string;
};

/**
 * Takes in one more code. Gives the whole text once all parts are there, else what is there so far; a code
 * of another text starts over.
 */
export async function collectFrame(
  before: Collected | undefined,
  code: string,
): Promise<{ text: string } | { collected: Collected }> {
  const match = FRAME.exec(code);
  if (!match) return { text: code };
  const [check, index, count, part] = [match[1]!, Number(match[2]), Number(match[3]), match[4]!];
  if (count > MOST_FRAMES || index >= count) return { text: code };
  const isSame = before?.check === check && before.count === count;
  const parts = new Map(isSame ? before.parts : []).set(index, part);
  if (parts.size < count) return { collected: { parts, count, check } };
  const text = Array.from({ length: count }, (_, i) => parts.get(i)).join("");
  // Two texts with the same check are next to impossible; start over rather than return a mixture.
  if ((await checkOf(text)) !== check) return { collected: { parts: new Map(), count, check } };
  return { text };
}

async function checkOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0"));
  return hex.join("").slice(0, 8);
}
