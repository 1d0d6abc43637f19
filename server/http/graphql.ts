// GraphQL over HTTP: yoga with limits, masked errors and no content in any log.
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from "graphql";
import { createYoga, type Plugin, type YogaServerInstance } from "graphql-yoga";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { outageOf, refuse } from "../chain/refusals.ts";
import { GraphQLError } from "../limits/graphqlLibrary.ts";
import { armor, rowLimit } from "../limits/limits.ts";
import { turnAway } from "../limits/turnAway.ts";
import type { Context, Services } from "../schema/context.ts";

/** What a request brings with it. */
type Asked = Pick<Context, "address" | "signal" | "called" | "charge">;
export type GraphqlServer = YogaServerInstance<Asked, Context>;

/** The GraphQL handler. Introspection is allowed: the schema is public and committed. */
export function createGraphql(services: Services, schema: GraphQLSchema): GraphqlServer {
  return createYoga<Asked, Context>({
    schema,
    context: async ({ request, address, signal, called, charge }) => ({
      ...services,
      ...{ address, signal, called, charge },
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
    plugins: [...(armor().plugins as unknown as Plugin[]), limitRows, cutValues, nameOperations],
  });
}

const limitRows: Plugin = {
  onValidate: ({ addValidationRule }) => addValidationRule(rowLimit),
};

/** Operations go by their first root field. What subscribes is over, for the meter, once it stands. */
const nameOperations: Plugin<Context> = {
  onExecute: ({ args }) => tellName(args, false),
  onSubscribe: ({ args }) => ({ onSubscribeResult: () => tellName(args, true) }),
};

type Executed = { schema: GraphQLSchema; document: DocumentNode; contextValue: Context };

function tellName({ schema, document, contextValue }: Executed, isOver: boolean): void {
  const operation = document.definitions.find(({ kind }) => kind === "OperationDefinition");
  const [first] = (operation as OperationDefinitionNode | undefined)?.selectionSet.selections ?? [];
  const name = first?.kind === "Field" ? first.name.value : "";
  // A name that the schema has: labels of metrics take few, fixed values.
  const { operation: kind } = operation as OperationDefinitionNode;
  const fields = schema.getRootType(kind)?.getFields() ?? {};
  if (Object.hasOwn(fields, name)) contextValue.called(name, isOver);
}

/**
 * graphql-js quotes the value it could not coerce; nothing that a client sent belongs into an
 * error.
 */
function withoutValues(message: string): string {
  return message
    .replace(/got invalid value [\s\S]*?; /, "got an invalid value; ")
    .replace(/Value [\s\S]* does not exist in/, "The value does not exist in")
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
  const isLocated = problem instanceof GraphQLError;
  const cause = (isLocated && problem.originalError) || problem;
  const path = isLocated && problem.path;
  const at = path ? { path } : {};
  const kind = cause instanceof Error ? cause.constructor.name : typeof cause;
  if (kind === "ForbiddenError") {
    const extensions = { code: "NotSignedIn" };
    return new GraphQLError("NotSignedIn: sign in with Ethereum first", { ...at, extensions });
  }
  if (kind === "InputValidationError") {
    const [issue] = (cause as { issues: { path?: unknown[]; message: string }[] }).issues;
    const field = issue?.path?.map(String).join(".") ?? "input";
    const extensions = { code: "BAD_USER_INPUT" };
    return new GraphQLError(`${field}: ${issue?.message ?? "invalid"}`, { ...at, extensions });
  }
  if (isLocated && cause instanceof GraphQLError) return problem;
  if (cause instanceof Refusal) {
    const { message, extensions } = turnAway(cause.code);
    return new GraphQLError(message, { ...at, extensions });
  }
  const outage = outageOf(cause);
  if (outage) {
    // Not a fault of anybody's: 503 says that the same may be asked again.
    const extensions = { code: outage, http: { status: 503, headers: { "retry-after": "1" } } };
    return new GraphQLError(`${outage}: ${refuse(outage).message}`, { ...at, extensions });
  }
  if (cause instanceof Error && cause.name === "AbortError") {
    log.debug("the client went away");
    return new GraphQLError("Aborted.", at);
  }
  log.error({ err: cause, field: path ? path.join(".") : undefined }, "unexpected error");
  const extensions = { code: "INTERNAL_SERVER_ERROR" };
  return new GraphQLError("Unexpected error.", { ...at, extensions });
}
