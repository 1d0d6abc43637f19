// What desks and sponsors sign for the delegation log and about the person before them, as the schema takes it.
import { builder } from "../schema/builder.ts";
import { signature } from "../schema/proofs.ts";

const DelegationInput = builder.inputType("DelegationInput", {
  description:
    "A signed line of the delegation log: statement/exchange/delegation.ts, field by field.",
  fields: (t) => ({
    trialId: t.field({ type: "Bytes32", description: "The trial." }),
    siteId: t.field({ type: "UInt32", description: "The site; 0: the sponsor." }),
    key: t.field({ type: "Address", description: "The person's key." }),
    tasks: t.field({ type: "UInt32", description: "What it may do, a bit each." }),
    person: t.field({ type: "Bytes32", description: "keccak256 of the person's name and role." }),
    from: t.field({ type: "UInt32", description: "Unix time in seconds." }),
    until: t.field({ type: "UInt32", description: "Unix time in seconds." }),
    salt: t.field({ type: "Bytes32", description: "So that it is signed once." }),
    deadline: t.field({ type: "Uint", description: "Unix time after which it is void." }),
    signature: t.field({ type: "Bytes", description: "EIP-712.", validate: signature }),
  }),
});

const RevocationInput = builder.inputType("RevocationInput", {
  description: "The signed end of a delegation.",
  fields: (t) => ({
    trialId: t.field({ type: "Bytes32", description: "The trial." }),
    siteId: t.field({ type: "UInt32", description: "The site; 0: the sponsor." }),
    key: t.field({ type: "Address", description: "The person's key." }),
    salt: t.field({ type: "Bytes32", description: "So that it is signed once." }),
    deadline: t.field({ type: "Uint", description: "Unix time after which it is void." }),
    signature: t.field({ type: "Bytes", description: "EIP-712.", validate: signature }),
  }),
});

const PersonTagInput = builder.inputType("PersonTagInput", {
  description: "A signed tag of a person: statement/exchange/personTag.ts, field by field.",
  fields: (t) => ({
    trialId: t.field({ type: "Bytes32", description: "The trial." }),
    pseudonym: t.field({ type: "Field", description: "The participant." }),
    siteId: t.field({ type: "UInt32", description: "The participant's site." }),
    arriveBy: t.field({
      type: "Uint",
      description: "Names the enrollment: the participant's arriveBy in Unix time.",
    }),
    key: t.field({ type: "Address", description: "Who signed." }),
    tag: t.field({ type: "Bytes32", description: "The tag." }),
    deadline: t.field({ type: "Uint", description: "Unix time after which it is void." }),
    signature: t.field({ type: "Bytes", description: "EIP-712.", validate: signature }),
  }),
});

export const StaffActInput = builder.inputType("StaffActInput", {
  description: "Exactly one of three signed acts. Who signed is all that counts.",
  isOneOf: true,
  fields: (t) => ({
    delegation: t.field({
      type: DelegationInput,
      required: false,
      description: "Puts a key into the delegation log.",
    }),
    revocation: t.field({
      type: RevocationInput,
      required: false,
      description: "Ends a delegation at once.",
    }),
    personTag: t.field({
      type: PersonTagInput,
      required: false,
      description: "Registers a person's tag, before the arrival.",
    }),
  }),
});
