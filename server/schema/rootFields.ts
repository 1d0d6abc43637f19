// Root fields say who may ask for them and what that costs: one that does not is refused, also by the compiler.
import SchemaBuilder, {
  BasePlugin,
  type FieldNullability,
  type InputFieldMap,
  type InputShapeFromFields,
  type PothosOutputFieldConfig,
  type SchemaTypes,
  type TypeParam,
} from "@pothos/core";
import type { GraphQLFieldResolver } from "graphql";
import type { Context } from "./context.ts";

export type Right = "anyone" | "signedIn" | "nobody";
/** Units (limits/costs.ts) taken off the budget of whoever asks, before the field is resolved. */
type Cost<Args> = number | ((args: Args) => number);

/** Rights of whoever sent a request. */
export function rightsOf({ session }: Context): Record<Right, boolean> {
  return { anyone: true, signedIn: session !== undefined, nobody: false };
}

declare global {
  export namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      rootFields: RootFields<Types>;
    }
    interface QueryFieldOptions<
      Types extends SchemaTypes,
      Type extends TypeParam<Types>,
      Nullable extends FieldNullability<Type>,
      Args extends InputFieldMap,
      ResolveReturnShape,
    > {
      right: Right;
      /** Beside the rows of pages, which are charged for as they are read. */
      cost: Cost<InputShapeFromFields<Args>>;
    }
    interface MutationFieldOptions<
      Types extends SchemaTypes,
      Type extends TypeParam<Types>,
      Nullable extends FieldNullability<Type>,
      Args extends InputFieldMap,
      ResolveReturnShape,
    > {
      right: Right;
      cost: Cost<InputShapeFromFields<Args>>;
    }
    /** What a subscription takes up is a place among those of its address (watch/watch.ts). */
    interface SubscriptionFieldOptions<
      Types extends SchemaTypes,
      Type extends TypeParam<Types>,
      Nullable extends FieldNullability<Type>,
      Args extends InputFieldMap,
      ResolveShape,
      ResolveReturnShape,
    > {
      right: Right;
    }
  }
}

type Said = { readonly right?: Right; readonly cost?: Cost<object> };

class RootFields<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onOutputFieldConfig(
    config: PothosOutputFieldConfig<Types>,
  ): PothosOutputFieldConfig<Types> {
    const { right } = config.pothosOptions as Said;
    if (right === undefined) return config;
    const scopes = { skipTypeScopes: true, authScopes: { [right]: true } };
    const pothosOptions = { ...config.pothosOptions, ...scopes };
    return { ...config, pothosOptions } as PothosOutputFieldConfig<Types>;
  }

  override wrapResolve(
    resolve: GraphQLFieldResolver<unknown, Types["Context"], object>,
    { pothosOptions }: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types["Context"], object> {
    const { cost = 0 } = pothosOptions as Said;
    if (cost === 0) return resolve;
    return (parent, args, context, info) => {
      (context as Context).charge(typeof cost === "number" ? cost : cost(args));
      return resolve(parent, args, context, info);
    };
  }
}

SchemaBuilder.registerPlugin("rootFields", RootFields);
