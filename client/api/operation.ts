// GraphQL documents printed from the shape of their answer, so that each field is named once.
import { z } from "zod";
import type { Operation } from "./transport.ts";

/** What a shape doesn't say: the arguments of a field, and the type of a member of a union. */
const notes = z.registry<{ arguments: string } | { type: string }>();

/** A nested field with arguments, such as `first: 75, after: $after`. */
export function withArguments<T extends z.ZodType>(text: string, shape: T): T {
  notes.add(shape, { arguments: text });
  return shape;
}

/** A member of a union, by its type or interface. */
export function onType<T extends z.ZodType>(type: string, shape: T): T {
  notes.add(shape, { type });
  return shape;
}

/** What a query selects so that its answer has this shape; empty for a scalar. */
function selectionOf(shape: z.core.$ZodType): string {
  if (shape instanceof z.ZodObject) return block(Object.entries(shape.shape).map(fieldText));
  if (shape instanceof z.ZodUnion) return block(["__typename", ...shape.options.map(memberText)]);
  if (shape instanceof z.ZodArray) return selectionOf(shape.element);
  if (shape instanceof z.ZodNullable) return selectionOf(shape.unwrap());
  if (shape instanceof z.ZodPipe) return selectionOf(shape.in);
  return "";
}

const block = (parts: readonly string[]): string => ` { ${parts.join(" ")} }`;

function fieldText([name, shape]: [string, z.core.$ZodType]): string {
  const note = notes.get(shape);
  const given = note !== undefined && "arguments" in note ? `(${note.arguments})` : "";
  return `${name}${given}${selectionOf(shape)}`;
}

function memberText(shape: z.core.$ZodType): string {
  const note = notes.get(shape);
  if (note === undefined || !("type" in note)) throw new Error("a union's member without a type");
  return `... on ${note.type}${selectionOf(shape)}`;
}

/**
 * An operation that asks for one field. `head` has its kind, name and variables; `field` the field with its arguments;
 * `shape` is what the field holds.
 */
export function operation<T>(head: string, field: string, shape: z.ZodType<T>): Operation<T> {
  const name = field.replace(/\(.*/, "");
  return {
    document: `${head} { ${field}${selectionOf(shape)} }`,
    answer: z.object({ [name]: shape }).transform((answer) => answer[name] as T),
  };
}

/** A page of a list, and where the next one begins. */
export type Page<T> = { readonly items: readonly T[]; readonly next: string | undefined };
export const EMPTY_PAGE = { items: [], next: undefined } as const;

/** A page of a Relay connection. */
export function pageOf<T>(node: z.ZodType<T>) {
  return z
    .object({
      edges: z.array(z.object({ node })),
      pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
    })
    .transform(
      ({ edges, pageInfo }): Page<T> => ({
        items: edges.map((edge) => edge.node),
        next: pageInfo.hasNextPage ? (pageInfo.endCursor ?? undefined) : undefined,
      }),
    );
}
