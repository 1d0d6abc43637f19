// What the exchange's mutations take. Scalars refuse anything not canonical; shapes are bounded here.
import { z } from "zod";
import { builder } from "../schema/builder.ts";
import { points, signature } from "../schema/proofs.ts";

const EntryInput = builder.inputType("EntryInput", {
  description: "A deposit's public entry: statement/exchange/entry.ts, field by field.",
  fields: (t) => ({
    trialId: t.field({ type: "Bytes32", description: "The trial." }),
    pseudonym: t.field({ type: "Field", description: "The participant." }),
    collection: t.string({
      description: "Id of a collection of the version in force, or `participant-key`.",
      validate: z.string().min(1).max(100),
    }),
    permission: t.field({
      type: "UInt32",
      description: "The one bit that the collection needs.",
    }),
    formVersion: t.field({
      type: "UInt32",
      description: "Version of the consent form that the participant consented to last.",
    }),
    sequence: t.field({
      type: "UInt32",
      description: "The next one of this participant in this collection, from 1.",
    }),
    ciphertextHash: t.field({
      type: "Bytes32",
      description: "SHA-256 of the package; in a key entry of the recipient's text.",
    }),
    sizeStep: t.field({
      type: "UInt32",
      description: "The package was padded to 4 KiB * 2^step; 0 in a key entry.",
    }),
    day: t.field({ type: "UInt32", description: "Day of the data, since 1900-01-01." }),
    source: t.field({
      type: "UInt32",
      description: "1 record, 2 site, 3 participant, 4 device, 5 key.",
    }),
    replaces: t.field({
      type: "Bytes32",
      description: "Hash of the entry that it corrects; zero for none.",
    }),
    correction: t.field({
      type: "UInt32",
      description:
        "0 none, 1 entered wrongly, 2 source corrected, 3 participant asked, 4 incomplete.",
    }),
  }),
});

const ParticipantAuthorityInput = builder.inputType("ParticipantAuthorityInput", {
  description:
    "A Semaphore v4 proof of depth 20 in a group of the trial: its nullifier is the pseudonym, its message the entry's.",
  fields: (t) => ({
    version: t.field({ type: "UInt32", description: "A version whose group it is." }),
    groupRoot: t.field({
      type: "Field",
      description: "The proof's merkleTreeRoot: one that the group has, or has had.",
    }),
    points: t.field({
      type: ["Uint"],
      description: "The packed proof: 8 numbers.",
      validate: points,
    }),
  }),
});

const StaffAuthorityInput = builder.inputType("StaffAuthorityInput", {
  description:
    "An EIP-712 `Deposit` (domain DepositLog) of the participant's site: by its signer, or by staff with the task.",
  fields: (t) => ({
    siteId: t.field({ type: "UInt32", description: "The participant's site." }),
    key: t.field({ type: "Address", description: "Who signed." }),
    deadline: t.field({
      type: "Uint",
      description: "Unix time after which the signature is void.",
    }),
    signature: t.field({
      type: "Bytes",
      description: "65 bytes, with the lower of the two possible s.",
      validate: signature,
    }),
  }),
});

export const DepositInput = builder.inputType("DepositInput", {
  description: "An entry, and exactly one of the two who may make it.",
  fields: (t) => ({
    entry: t.field({ type: EntryInput, description: "The entry." }),
    participant: t.field({
      type: ParticipantAuthorityInput,
      required: false,
      description: "The participant's own proof.",
    }),
    staff: t.field({
      type: StaffAuthorityInput,
      required: false,
      description: "The site's signature: for what a site collects.",
    }),
    recipient: t.string({
      required: false,
      description: "In a key entry alone: the participant's age recipient.",
      validate: z.string().max(100),
    }),
  }),
});

const ErasureByProofInput = builder.inputType("ErasureByProofInput", {
  description: "The participant's own proof (statement/exchange/erasure.ts), in any state.",
  fields: (t) => ({
    trialId: t.field({ type: "Bytes32", description: "The trial." }),
    version: t.field({ type: "UInt32", description: "A version whose group it is." }),
    pseudonym: t.field({ type: "Field", description: "The proof's nullifier." }),
    groupRoot: t.field({ type: "Field", description: "The proof's merkleTreeRoot." }),
    points: t.field({
      type: ["Uint"],
      description: "The packed proof: 8 numbers.",
      validate: points,
    }),
  }),
});

const ErasureByCodeInput = builder.inputType("ErasureByCodeInput", {
  description: "The printed code, which withdraws in the same call.",
  fields: (t) => ({
    trialId: t.field({ type: "Bytes32", description: "The trial." }),
    pseudonym: t.field({ type: "Field", description: "Printed beside the code." }),
    code: t.field({ type: "Bytes32", description: "The code. It becomes public." }),
  }),
});

const ErasureBySiteInput = builder.inputType("ErasureBySiteInput", {
  description: "An EIP-712 `Erasure` (domain CustodyLog) as declared at the participant's site.",
  fields: (t) => ({
    trialId: t.field({ type: "Bytes32", description: "The trial." }),
    pseudonym: t.field({ type: "Field", description: "The participant." }),
    key: t.field({ type: "Address", description: "Who signed." }),
    deadline: t.field({
      type: "Uint",
      description: "Unix time after which the signature is void.",
    }),
    signature: t.field({ type: "Bytes", description: "The signature.", validate: signature }),
  }),
});

export const ErasureInput = builder.inputType("ErasureInput", {
  description: "An order to destroy all keys of a participant, in exactly one of three ways.",
  isOneOf: true,
  fields: (t) => ({
    byProof: t.field({
      type: ErasureByProofInput,
      required: false,
      description: "By the participant's proof.",
    }),
    byCode: t.field({
      type: ErasureByCodeInput,
      required: false,
      description: "By the printed code.",
    }),
    bySite: t.field({
      type: ErasureBySiteInput,
      required: false,
      description: "By the site's signature.",
    }),
  }),
});
