// Accounts, their roles and the dictionaries in force, as GraphQL has them.
import { builder } from "../schema/builder.ts";
import { connection } from "../schema/connection.ts";
import { DeploymentType } from "../schema/deployment.ts";
import {
  type AccountShape,
  type AccreditationShape,
  listAccreditations,
  newestDictionary,
  readAccount,
} from "./accounts.ts";

const RoleType = builder.enumType("Role", {
  description: "Roles that governance accredits.",
  values: {
    CLINIC: { value: "clinic", description: "Attests records." },
    SPONSOR: { value: "sponsor", description: "Publishes trials." },
    BOARD: { value: "board", description: "Approves trial versions." },
    CUSTODIAN: { value: "custodian", description: "Holds shares of keys, and no data." },
    EMERGENCY_CLINICIAN: { value: "emergencyClinician", description: "May break the glass." },
    OPERATOR: { value: "operator", description: "Anchors what is deposited at its exchange." },
    GOVERNANCE: { value: "governance", description: "Accredits the others." },
  } as const,
});

const AccreditationType = builder.objectRef<AccreditationShape>("Accreditation").implement({
  description: "A role given to an account.",
  fields: (t) => ({
    account: t.expose("account", { type: "Address", description: "The account." }),
    name: t.exposeString("name", { description: "The public name it was accredited under." }),
    role: t.field({ type: RoleType, description: "The role.", resolve: (a) => a.role }),
    active: t.exposeBoolean("active", { description: "False once taken back." }),
    since: t.expose("since", { type: "DateTime", description: "When it was given." }),
  }),
});

const AccountType = builder.objectRef<AccountShape>("Account").implement({
  description: "The account signed in.",
  fields: (t) => ({
    address: t.expose("address", { type: "Address", description: "Its address." }),
    roles: t.field({
      type: [RoleType],
      description: "Roles it holds now.",
      resolve: (a) => a.roles,
    }),
    forwarderNonce: t.field({
      type: "Uint",
      description: "Nonce of its next EIP-712 ForwardRequest, by the chain.",
      resolve: async (account, _, { chain }) =>
        String(await chain.contracts.forwarder.nonces(account.address)),
    }),
  }),
});

builder.objectField(DeploymentType, "dictionaryVersion", (t) =>
  t.int({
    description: "Newest version on the chain.",
    resolve: (_, __, { db }) => newestDictionary(db),
  }),
);

/** Adds the root fields. */
export function accreditationFields(): void {
  builder.queryFields((t) => ({
    accreditations: t.connection({
      right: "anyone",
      cost: 0,
      type: AccreditationType,
      description: "Accounts and roles, in the order they were given.",
      args: { role: t.arg({ type: RoleType, required: false, description: "Only this role." }) },
      resolve: (_, args, context) =>
        connection(context, args, (page) => listAccreditations(context.db, args.role, page)),
    }),
    me: t.field({
      right: "anyone",
      cost: 0,
      type: AccountType,
      nullable: true,
      description: "The account signed in, or null.",
      resolve: (_, __, { db, session }) => (session ? readAccount(db, session.address) : null),
    }),
  }));
}
