// The graphql library in the build (CommonJS) that Pothos and yoga load. It refuses objects of a second copy of itself, and
// loaders such as Vitest's would give us the other build.
import { createRequire } from "node:module";

const library: typeof import("graphql") = createRequire(import.meta.url)("graphql");

export const { GraphQLError, GraphQLScalarType } = library;
