// Every small lie about what was told: each leaf changed, each text and date withheld or made up,
// each list one shorter and one longer.
import type { Told } from "../../client/auditor/server/serverState.ts";

export type Lie = {
  /** Where, without places in lists: `records.leaves.size`. */
  readonly path: string;
  readonly what: string;
  readonly told: Told;
};

type Key = string | number;
type Place = { readonly keys: readonly Key[]; readonly path: string; readonly value: unknown };

/** Where the server may answer null. */
const NULLABLE = /\.(leavesHash|supersededAt|groupId|approvedAt|approvedUntil|documents\.\w+)$/;
/** Not a list, but anything may be in it. */
const OPEN = "deployment.contracts";

/**
 * All that a server tells and no chain can say, by its path in {@link Told} (`*`: any name), with
 * the reason.
 */
export const UNBOUND: Readonly<Record<string, string>> = {
  "deployment.signInDomain": "the server's own name: a wallet shows it before it signs in there",
  "deployment.chainTime":
    "the time of a block that is not there yet: compared only for lying before the newest one",
  "records.leaves.published":
    "whether the server holds a batch's leaves: those it gives out are rebuilt and compared",
  "trials.state.versions.documents.*.mediaType":
    "a label: what the board approved is the hash of the text alone",
};

/** All lies about one honest answer, each changing one thing. */
export function* liesAbout(honest: Told): Generator<Lie> {
  const places = [...walk({ keys: [], path: "", value: honest })];
  const samples = new Map<string, unknown>();
  for (const { path, value } of places) {
    const isEmpty = value === null || (Array.isArray(value) && value.length === 0);
    if (!isEmpty) samples.set(path, value);
  }
  for (const place of places) {
    for (const [what, value] of changesOf(place, samples)) {
      const told = structuredClone(honest);
      put(told, place.keys, structuredClone(value));
      yield { path: place.path, what: `${place.keys.join(".")} ${what}`, told };
    }
  }
}

function* walk(place: Place): Generator<Place> {
  const { keys, path, value } = place;
  if (path !== "") yield place;
  if (typeof value !== "object" || value === null) return;
  for (const [key, part] of Object.entries(value)) {
    const isPlace = Array.isArray(value);
    const below = isPlace ? path : path === "" ? key : `${path}.${key}`;
    const inner = { keys: [...keys, key], path: below, value: part };
    // An item of a list is no leaf, and has the list's path.
    if (isPlace && typeof part === "object") yield* parts(inner);
    else yield* walk(inner);
  }
}

function* parts({ keys, path, value }: Place): Generator<Place> {
  for (const [key, part] of Object.entries(value as object)) {
    yield* walk({ keys: [...keys, key], path: `${path}.${key}`, value: part });
  }
}

function* changesOf(
  { path, value }: Place,
  samples: ReadonlyMap<string, unknown>,
): Generator<[what: string, value: unknown]> {
  if (value !== null && NULLABLE.test(path)) yield ["withheld", null];
  if (value === null) yield ["made up", samples.get(path) ?? 1];
  if (typeof value === "string") yield ["changed", `${value}x`];
  if (typeof value === "boolean") yield ["turned round", !value];
  if (typeof value === "number" || typeof value === "bigint") {
    const one = (typeof value === "bigint" ? 1n : 1) as number;
    yield ["raised", (value as number) + one];
    if (value > 0) yield ["lowered", (value as number) - one];
  }
  if (Array.isArray(value)) yield* changesOfList(value, samples.get(path) as unknown[]);
  if (path === OPEN) {
    const [[first, at], ...others] = Object.entries(value as object) as [[string, string]];
    yield ["one fewer", Object.fromEntries(others)];
    yield ["one more", { ...Object.fromEntries(others), [first]: at, Another: at }];
  }
}

function* changesOfList(list: readonly unknown[], sample: readonly unknown[] = []) {
  if (list.length > 0) {
    yield ["without the first", list.slice(1)] as [string, unknown];
    yield ["without the last", list.slice(0, -1)] as [string, unknown];
  }
  yield ["longer", [...list, list.at(-1) ?? sample.at(-1) ?? "made up"]] as [string, unknown];
}

function put(into: object, keys: readonly Key[], value: unknown): void {
  const [key, ...rest] = keys as [Key, ...Key[]];
  const open = into as Record<Key, unknown>;
  if (rest.length === 0) open[key] = value;
  else put(open[key] as object, rest, value);
}
