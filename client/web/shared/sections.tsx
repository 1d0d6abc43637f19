// The pages of a place as one list: a new page is a line in it and a folder.
import { type ReactNode, Suspense } from "react";
import { matchRoute, type StringRouteParams, useLocation, useRouter } from "wouter";
import { LoadingPage } from "./Loading.tsx";
import { NoSuchPage } from "./NoSuchPage.tsx";
import type { SectionLink } from "./SectionLinks.tsx";

export type Section = Partial<SectionLink> & {
  readonly path: string;
  readonly page: (params: never) => ReactNode;
};

/** A page at a path of its place. With a name it has a link in the row of the place's parts. */
export function section<P extends string>(
  path: P,
  page: (params: StringRouteParams<P>) => ReactNode,
  link: Omit<Partial<SectionLink>, "path"> = {},
): Section {
  return { path, page, ...link };
}

type Props = { readonly sections: readonly Section[] };

/**
 * The first page whose path matches the address; anything else is told that there is none. Two paths of one page keep
 * what was typed there.
 */
export function Sections({ sections }: Props) {
  const [location] = useLocation();
  const { parser, base } = useRouter();
  const pages = sections.flatMap(({ path, page }) => {
    const [isHere, params] = matchRoute(parser, path, location);
    return isHere ? [page(decoded(params) as never)] : [];
  });
  return (
    <Suspense fallback={<LoadingPage />}>{pages[0] ?? <NoSuchPage start={base || "/"} />}</Suspense>
  );
}

/** A protocol number may hold a "/", which stands encoded in an address. */
function decoded(params: Readonly<Record<string, string | undefined>>) {
  const values = Object.entries(params).map(([name, value]) => [
    name,
    value === undefined ? value : decodeURIComponent(value),
  ]);
  return Object.fromEntries(values);
}
