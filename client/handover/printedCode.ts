// Codes of 16 bytes as they are printed and read aloud: 26 symbols of Crockford's base32 (no I, L, O, U) and a check
// symbol, in groups of four. Reading is forgiving: case, spaces, dashes, O for 0, I and L for 1.
const SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
export const SECRET_BYTES = 16;
const SYMBOL_COUNT = 26;
/** Before a record code, which else looks like a withdrawal code. */
export const RECORD_MARK = "R-";

/** Whether a text was meant as a record code, mistyped or not. */
export function isLikeRecordCode(text: string): boolean {
  return text.length < 60 && /^\s*R[0-9A-Z\s-]*$/i.test(text);
}

/** Prints 16 bytes as "XXXX-XXXX-...". */
export function formatPrintedCode(secret: Uint8Array): string {
  if (secret.length !== SECRET_BYTES) throw new RangeError("a printed code has 16 bytes");
  let rest = secret.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
  let text = "";
  for (let i = 0; i < SYMBOL_COUNT; i++) {
    text = SYMBOLS[Number(rest & 31n)] + text;
    rest >>= 5n;
  }
  return (text + checkSymbol(text)).match(/.{1,4}/g)!.join("-");
}

/** Reads a printed code; undefined when a symbol was mistyped or is missing. */
export function parsePrintedCode(printed: string): Uint8Array | undefined {
  const text = printed.toUpperCase().replace(/[\s-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
  if (text.length !== SYMBOL_COUNT + 1) return undefined;
  const body = text.slice(0, SYMBOL_COUNT);
  if ([...text].some((symbol) => !SYMBOLS.includes(symbol))) return undefined;
  if (checkSymbol(body) !== text[SYMBOL_COUNT]) return undefined;
  let number = 0n;
  for (const symbol of body) number = (number << 5n) | BigInt(SYMBOLS.indexOf(symbol));
  if (number >> 128n !== 0n) return undefined;
  return Uint8Array.from({ length: SECRET_BYTES }, (_, i) =>
    Number((number >> BigInt(8 * (SECRET_BYTES - 1 - i))) & 255n),
  );
}

/** Weights are odd, hence invertible mod 32: every single wrong symbol shows, most swaps too. */
function checkSymbol(body: string): string {
  let sum = 0;
  [...body].forEach((symbol, i) => {
    sum += SYMBOLS.indexOf(symbol) * (2 * i + 1);
  });
  return SYMBOLS[sum % 32]!;
}
