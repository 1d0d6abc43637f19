// One item of a questionnaire: the part of FHIR R4's Questionnaire.item (hl7.org/fhir/R4/questionnaire.html) that every
// page here can show and every response here can be checked against. What is not named here is refused.
import { z } from "zod";

export const ITEM_TYPES = [
  ...(["group", "display", "string", "text", "integer", "decimal", "date", "dateTime"] as const),
  ...(["boolean", "choice", "open-choice", "quantity"] as const),
] as const;
export type ItemType = (typeof ITEM_TYPES)[number];

/** Groups inside of groups. The schema is built so deep and no deeper, so that no text makes reading it endless. */
export const MAX_DEPTH = 5;
/** Items of one list. */
export const MAX_LISTED = 200;
export const UCUM = "http://unitsofmeasure.org";

const BASE = "http://hl7.org/fhir/StructureDefinition";
/** The extensions of an item that have a meaning here. */
export const EXTENSIONS = {
  minValue: `${BASE}/minValue`,
  maxValue: `${BASE}/maxValue`,
  unit: `${BASE}/questionnaire-unit`,
  unitOption: `${BASE}/questionnaire-unitOption`,
} as const;

export const Coding = z.strictObject({
  system: z.string().min(1).max(300).optional(),
  code: z.string().min(1).max(100),
  display: z.string().min(1).max(500).optional(),
});
export type Coding = z.infer<typeof Coding>;

const Quantity = z.strictObject({
  value: z.number(),
  /** For the reader. */
  unit: z.string().min(1).max(100).optional(),
  system: z.literal(UCUM),
  /** In UCUM. */
  code: z.string().min(1).max(40),
});
export type Quantity = z.infer<typeof Quantity>;

/** value[x] of an answer: exactly one is given, which `answerFault` checks. */
export const AnswerValue = z.strictObject({
  valueBoolean: z.boolean().optional(),
  valueDecimal: z.number().optional(),
  valueInteger: z.number().optional(),
  valueDate: z.string().optional(),
  valueDateTime: z.string().optional(),
  valueString: z.string().optional(),
  valueCoding: Coding.optional(),
  valueQuantity: Quantity.optional(),
});
export type AnswerValue = z.infer<typeof AnswerValue>;
export type ValueKey = keyof AnswerValue;

const EnableWhen = z.strictObject({
  question: z.string().min(1).max(100),
  operator: z.enum(["exists", "=", "!=", ">", "<", ">=", "<="]),
  answerBoolean: z.boolean().optional(),
  answerDecimal: z.number().optional(),
  answerInteger: z.number().optional(),
  answerDate: z.string().optional(),
  answerDateTime: z.string().optional(),
  answerString: z.string().optional(),
  answerCoding: Coding.optional(),
  answerQuantity: Quantity.optional(),
});
export type EnableWhen = z.infer<typeof EnableWhen>;

const Extension = z.strictObject({
  url: z.enum(Object.values(EXTENSIONS) as [string, ...string[]]),
  valueInteger: z.number().optional(),
  valueDecimal: z.number().optional(),
  valueDate: z.string().optional(),
  valueDateTime: z.string().optional(),
  valueCoding: Coding.optional(),
});

const AnswerOption = z.strictObject({
  valueCoding: Coding.optional(),
  valueString: z.string().min(1).max(500).optional(),
  valueInteger: z.int().optional(),
});
export type AnswerOption = z.infer<typeof AnswerOption>;

const own = {
  /** Unique in the questionnaire: a response names its items by it. */
  linkId: z.string().min(1).max(100),
  type: z.enum(ITEM_TYPES),
  /** What is asked, or read. A group may have none. */
  text: z.string().min(1).max(2000).optional(),
  /** The number before the text ("1a"). */
  prefix: z.string().min(1).max(20).optional(),
  /** What it is about, in a terminology; not interpreted. */
  code: z.array(Coding).max(10).optional(),
  definition: z.string().min(1).max(500).optional(),
  required: z.boolean().optional(),
  readOnly: z.boolean().optional(),
  repeats: z.literal(false).optional(),
  maxLength: z.int().min(1).max(10_000).optional(),
  enableWhen: z.array(EnableWhen).min(1).max(20).optional(),
  enableBehavior: z.enum(["all", "any"]).optional(),
  answerOption: z.array(AnswerOption).min(1).max(MAX_LISTED).optional(),
  initial: z.array(AnswerValue).length(1).optional(),
  extension: z.array(Extension).max(40).optional(),
};
export type Item = z.infer<z.ZodObject<typeof own, z.core.$strict>> & {
  item?: Item[] | undefined;
};

function itemAt(depth: number): z.ZodType<Item> {
  const items = depth < MAX_DEPTH ? { item: listAt(depth + 1).optional() } : {};
  return z.strictObject({ ...own, ...items }) as unknown as z.ZodType<Item>;
}

function listAt(depth: number) {
  return z.array(itemAt(depth)).min(1).max(MAX_LISTED);
}

/** The items of a questionnaire. */
export const Items = listAt(1);

/** What an answer of each type may hold. */
export const VALUES: Readonly<Record<ItemType, readonly ValueKey[]>> = {
  group: [],
  display: [],
  string: ["valueString"],
  text: ["valueString"],
  integer: ["valueInteger"],
  decimal: ["valueDecimal"],
  date: ["valueDate"],
  dateTime: ["valueDateTime"],
  boolean: ["valueBoolean"],
  choice: ["valueCoding", "valueString", "valueInteger"],
  "open-choice": ["valueCoding", "valueString", "valueInteger"],
  quantity: ["valueQuantity"],
};

/** Whether it asks something, rather than only holds or says it. */
export function isQuestion({ type }: Pick<Item, "type">): boolean {
  return type !== "group" && type !== "display";
}

/** Every item with where it stands, in the order of the text, groups before what they hold. */
export function placedItems(
  items: readonly Item[],
  path: readonly (string | number)[] = ["item"],
): { readonly item: Item; readonly path: readonly (string | number)[] }[] {
  return items.flatMap((item, i) => {
    const at = [...path, i];
    return [{ item, path: at }, ...placedItems(item.item ?? [], [...at, "item"])];
  });
}

/** The units that a quantity may be given in, the first one offered first. */
export function unitsOf({ extension }: Item): Coding[] {
  const { unit, unitOption } = EXTENSIONS;
  const units = (extension ?? []).filter(({ url }) => url === unit || url === unitOption);
  return units.flatMap(({ valueCoding }) => (valueCoding === undefined ? [] : [valueCoding]));
}

/** The least and greatest answer, inclusive: numbers, or dates as FHIR writes them. */
export type Range = {
  readonly min: number | string | undefined;
  readonly max: number | string | undefined;
};

/** From the extensions minValue and maxValue. */
export function rangeOf({ extension }: Item): Range {
  const limit = (wanted: string) => {
    const found = extension?.find(({ url }) => url === wanted);
    return found?.valueInteger ?? found?.valueDecimal ?? found?.valueDate ?? found?.valueDateTime;
  };
  return { min: limit(EXTENSIONS.minValue), max: limit(EXTENSIONS.maxValue) };
}

/** An option or a coding as people read it. */
export function optionText({ valueCoding, valueString, valueInteger }: AnswerOption): string {
  return valueCoding?.display ?? valueCoding?.code ?? valueString ?? String(valueInteger);
}
