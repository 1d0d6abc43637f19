// A struct of the contracts is declared once, as its fields in Solidity's order. Its TypeScript type,
// the ABI's tuple and the EIP-712 type follow; a test compares it with the compiled contracts.

/**
 * Fields by name, with Solidity's types, lists among them ("address[]"); a list of structs is [its
 * declaration].
 */
export type Struct = { readonly [field: string]: string | readonly [Struct] };

/**
 * What the fields hold: integers of up to 32 bits are numbers, wider ones Large (as JSON, string),
 * and bytes and addresses hexadecimal.
 */
export type StructOf<S extends Struct, Large = bigint> = {
  readonly [F in keyof S]: ValueOf<S[F], Large>;
};
type ValueOf<Type, Large> = Type extends readonly [infer S extends Struct]
  ? readonly StructOf<S, Large>[]
  : Type extends `${infer Element}[${string}]`
    ? readonly ValueOf<Element, Large>[]
    : Type extends "uint8" | "uint16" | "uint32"
      ? number
      : Type extends `uint${string}`
        ? Large
        : Type extends "bool"
          ? boolean
          : string;

/** The struct as Solidity's ABI has it; ethers takes objects with these names. */
export function tupleOf(struct: Struct): string {
  const fields = Object.entries(struct).map(([name, type]) =>
    typeof type === "string" ? `${type} ${name}` : `${tupleOf(type[0])}[] ${name}`,
  );
  return `tuple(${fields.join(", ")})`;
}

/** A struct as it was logged, integers as decimal text, with those of up to 32 bits as numbers. */
export function numbered<S extends Struct>(
  struct: S,
  logged: Readonly<Record<string, unknown>>,
): StructOf<S, string> {
  const values = Object.entries(struct).map(([name, type]) => [name, read(type, logged[name])]);
  return Object.fromEntries(values) as StructOf<S, string>;
}

function read(type: Struct[string], value: unknown): unknown {
  if (typeof type === "string") {
    const list = /^(.+)\[\]$/.exec(type);
    if (list !== null) return (value as readonly unknown[]).map((one) => read(list[1]!, one));
    return /^uint(?:8|16|32)$/.test(type) ? Number(value) : value;
  }
  return (value as Readonly<Record<string, unknown>>[]).map((one) => numbered(type[0], one));
}

type TypedField = { name: string; type: string };

/** The fields of a flat struct's EIP-712 type. */
export function typedFields(struct: Readonly<Record<string, string>>): TypedField[] {
  return Object.entries(struct).map(([name, type]) => ({ name, type }));
}
