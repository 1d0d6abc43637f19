// GraphQL over HTTP: yoga with limits, masked errors and no content in any log.
import { GraphQLError } from "graphql";
import { createYoga, type Plugin, type YogaServerInstance } from "graphql-yoga";
import type { Context, Services } from "./context.ts";
import { armor, rowLimit } from "./limits.ts";
import { schema } from "./schema/schema.ts";

export type GraphqlServer = YogaServerInstance<Record<string, never>, Context>;

/** The GraphQL handler. Introspection is allowed: the schema is public and committed. */
export function createGraphql(services: Services): GraphqlServer {
  return createYoga<Record<string, never>, Context>({
    schema,
    context: async ({ request }) => ({
      ...services,
      session: await services.sessions.find(request.headers.get("authorization")),
    }),
    graphqlEndpoint: "/graphql",
    batching: false,
    multipart: false,
    cors: false,
    graphiql: false,
    landingPage: false,
    logging: false,
    maskedErrors: { maskError: (problem) => mask(services, problem) },
    plugins: [...(armor().plugins as unknown as Plugin[]), limitRows, cutValues],
  });
}

const limitRows: Plugin = {
  onValidate: ({ addValidationRule }) => addValidationRule(rowLimit),
};

/** graphql-js quotes the value it could not coerce; nothing that a client sent belongs into an error. */
function withoutValues(message: string): string {
  return message
    .replace(/got invalid value [\s\S]*?;/, "got an invalid value;")
    .replace(/(cannot represent (?:a )?[^:]*): [\s\S]*/, "$1")
    .replace(/Expected value of type ("[^"]*"), found [\s\S]*?;/, "Expected a value of type $1;")
    .replace(/Expected value of type ("[^"]*"), found [\s\S]*/, "Expected a value of type $1");
}

const cutValues: Plugin = {
  onResultProcess: ({ result, setResult }) => {
    if (Array.isArray(result) || !("errors" in result) || !result.errors) return;
    const errors = result.errors.map((error) => {
      const message = withoutValues(error.message);
      if (message === error.message) return error;
      const { path, extensions } = error;
      return new GraphQLError(message, { path, extensions });
    });
    setResult({ ...result, errors });
  },
};

/** Expected errors pass; anything else is logged without inputs and masked. */
function mask({ log }: Services, problem: unknown): Error {
  if (!(problem instanceof Error)) return unexpected();
  const original = problem instanceof GraphQLError ? problem.originalError : problem;
  if (original === undefined || original instanceof GraphQLError) return problem;
  const path = problem instanceof GraphQLError ? problem.path : undefined;
  const options = path ? { path } : {};
  if (original.constructor.name === "ForbiddenError") {
    const extensions = { code: "NotSignedIn" };
    return new GraphQLError("NotSignedIn: sign in with Ethereum first", { ...options, extensions });
  }
  const { issues } = original as { issues?: { path?: unknown[]; message: string }[] };
  if (original.constructor.name === "InputValidationError" && issues) {
    const [issue] = issues;
    const extensions = { code: "BAD_USER_INPUT" };
    const at = issue?.path?.map(String).join(".") ?? "input";
    return new GraphQLError(`${at}: ${issue?.message ?? "invalid"}`, { ...options, extensions });
  }
  log.error({ err: original, field: path?.join(".") }, "unexpected error");
  return unexpected(options);
}

function unexpected(options: { path?: readonly (string | number)[] } = {}): GraphQLError {
  const extensions = { code: "INTERNAL_SERVER_ERROR" };
  return new GraphQLError("Unexpected error.", { ...options, extensions });
}
