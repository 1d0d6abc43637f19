// Which resource a reference names (hl7.org/fhir/R4/references.html): relative, absolute, versioned, urn:uuid,
// contained, or by identifier. Ids are only unique on one server, so the server's address counts too.
import { z } from "zod";
import { type Reference, type Resource, resource } from "./datatypes.ts";

/** A resource and where it was found. */
export type Located = {
  readonly path: string;
  readonly fullUrl?: string;
  readonly resource: Resource;
};

/** Finds what a reference names, seen from the resource that holds it. */
export type Find = (ref: Reference | string | undefined, from?: Located) => Located | undefined;

const ABSOLUTE = /^(https?:\/\/.+?)\/?([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})$/;
const RELATIVE = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})$/;

const identified = z.looseObject({
  identifier: z
    .array(z.looseObject({ system: z.string().optional(), value: z.string().optional() }))
    .optional(),
});
const contains = z.looseObject({ contained: z.array(resource).optional() });

/** The server a full URL names ("https://a.example/fhir"); undefined for urn:uuid, and where there is none. */
export function serverOf(fullUrl: string | undefined): string | undefined {
  const base = ABSOLUTE.exec(withoutVersion(fullUrl ?? ""))?.[1];
  if (base === undefined) return undefined;
  return base.replace(/^https?:\/\/[^/]+/i, (origin) => origin.toLowerCase());
}

function withoutVersion(ref: string): string {
  return ref.replace(/\/_history\/[^/]+$/, "");
}

/** What tells a resource from every other: its server, type and id. Undefined without an id. */
export function identityOf({
  fullUrl,
  resource: { resourceType, id },
}: Located): string | undefined {
  return id === undefined ? undefined : `${serverOf(fullUrl) ?? ""} ${resourceType}/${id}`;
}

/** Indexes resources for {@link Find}. */
export function indexReferences(resources: readonly Located[]): Find {
  const byUrl = new Map<string, Located>();
  const byName = new Map<string, Located[]>();
  const byIdentifier = new Map<string, Located>();
  for (const located of resources) {
    const { fullUrl, resource: own } = located;
    if (fullUrl !== undefined) byUrl.set(withoutVersion(fullUrl), located);
    if (own.id !== undefined) {
      const name = `${own.resourceType}/${own.id}`;
      byName.set(name, [...(byName.get(name) ?? []), located]);
      if (!byUrl.has(`urn:uuid:${own.id}`)) byUrl.set(`urn:uuid:${own.id}`, located);
    }
    if (own.resourceType === "Patient") {
      for (const key of identifiersOf(own)) byIdentifier.set(key, located);
    }
  }
  return (given, from) => {
    const ref = typeof given === "string" ? given : given?.reference;
    if (ref === undefined) {
      const key = typeof given === "string" ? undefined : identifierKey(given?.identifier);
      return key === undefined ? undefined : byIdentifier.get(key);
    }
    if (ref.startsWith("#")) return containedIn(from, ref.slice(1));
    const plain = withoutVersion(ref);
    return byUrl.get(plain) ?? byTypeAndId(plain, byName, from);
  };
}

/**
 * By server, type and id. A resource whose server nobody names may be meant by any reference; a relative one means the
 * server of the resource it stands in. Undefined when several fit: then nobody knows.
 */
function byTypeAndId(
  ref: string,
  byName: ReadonlyMap<string, readonly Located[]>,
  from: Located | undefined,
): Located | undefined {
  const absolute = ABSOLUTE.exec(ref);
  const relative = absolute ?? RELATIVE.exec(ref);
  if (!relative) return undefined;
  const [type, id] = relative.slice(-2) as [string, string];
  const named = byName.get(`${type}/${id}`) ?? [];
  const server = absolute ? serverOf(ref) : serverOf(from?.fullUrl);
  const same = named.filter(({ fullUrl }) => serverOf(fullUrl) === server);
  if (same.length > 0) return same.length === 1 ? same[0] : undefined;
  const fitting =
    server === undefined ? named : named.filter(({ fullUrl }) => serverOf(fullUrl) === undefined);
  return fitting.length === 1 ? fitting[0] : undefined;
}

function containedIn(from: Located | undefined, id: string): Located | undefined {
  const parsed = contains.safeParse(from?.resource);
  const inner = parsed.success ? parsed.data.contained?.find((one) => one.id === id) : undefined;
  return (
    inner && from && { path: `${from.path}.contained (${inner.resourceType})`, resource: inner }
  );
}

type Identifier = { readonly system?: unknown; readonly value?: unknown };

function identifierKey(identifier: unknown): string | undefined {
  const { system, value } = (identifier ?? {}) as Identifier;
  return typeof system === "string" && typeof value === "string" ? `${system} ${value}` : undefined;
}

function identifiersOf(own: Resource): string[] {
  const parsed = identified.safeParse(own);
  const given = parsed.success ? (parsed.data.identifier ?? []) : [];
  return given.map(identifierKey).filter((key) => key !== undefined);
}
