// Signed-in accounts, sessions and accreditations.
import type { AccountShape, AccreditationShape, SessionShape } from "../shapes.ts";
import { builder } from "./builder.ts";

export const RoleType = builder.enumType("Role", {
  description: "Roles that governance accredits.",
  values: {
    CLINIC: { value: "clinic", description: "Attests records." },
    SPONSOR: { value: "sponsor", description: "Publishes trials." },
    BOARD: { value: "board", description: "Approves trial versions." },
    GOVERNANCE: { value: "governance", description: "Accredits the others." },
  } as const,
});

export const AccreditationType = builder.objectRef<AccreditationShape>("Accreditation").implement({
  description: "A role given to an account.",
  fields: (t) => ({
    account: t.expose("account", { type: "Address", description: "The account." }),
    name: t.exposeString("name", { description: "The public name it was accredited under." }),
    role: t.field({ type: RoleType, description: "The role.", resolve: (a) => a.role }),
    active: t.exposeBoolean("active", { description: "False once taken back." }),
    since: t.expose("since", { type: "DateTime", description: "When it was given." }),
  }),
});

export const AccountType = builder.objectRef<AccountShape>("Account").implement({
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

export const SessionType = builder.objectRef<SessionShape>("Session").implement({
  description: "A session; send its token as `Authorization: Bearer <token>`.",
  fields: (t) => ({
    token: t.exposeString("token", { description: "Shown once; only its hash is stored." }),
    address: t.expose("address", { type: "Address", description: "Who signed in." }),
    expiresAt: t.expose("expiresAt", { type: "DateTime", description: "When it ends by itself." }),
  }),
});
