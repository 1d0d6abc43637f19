// Whole public states, for small exchanges and for looking around. Wallets download the same as
// segments (server/segments) and find their own entries locally, so that no query names them.
import { builder } from "../schema/builder.ts";
import { TrialStatusType, TrialVersionType } from "../trials/types.ts";
import type { PublicParticipantShape } from "./participants.ts";
import { ParticipantStateType } from "./participantTypes.ts";
import type { GroupShape, PublicStateShape } from "./state.ts";

const GroupType = builder.objectRef<GroupShape>("Group").implement({
  description: "A Semaphore group of those screened.",
  fields: (t) => ({
    version: t.expose("version", {
      type: "UInt32",
      description: "The screeningVersion it belongs to.",
    }),
    groupId: t.expose("groupId", { type: "Uint", description: "Its number in Semaphore." }),
    members: t.expose("members", {
      type: ["Field"],
      description: "Participant commitments in order.",
    }),
  }),
});

const PublicParticipantType = builder
  .objectRef<PublicParticipantShape>("PublicParticipant")
  .implement({
    description: "What a wallet needs to know of a pseudonym, its own among all others.",
    fields: (t) => ({
      pseudonym: t.expose("pseudonym", { type: "Field", description: "The pseudonym." }),
      state: t.field({
        type: ParticipantStateType,
        description: "Its state.",
        resolve: (p) => p.state,
      }),
      onHold: t.exposeBoolean("onHold", { description: "Held by an amendment." }),
      sequence: t.expose("sequence", {
        type: "Uint",
        description: "Sequence number of its newest consent.",
      }),
      version: t.expose("version", { type: "UInt32", description: "Highest version shown." }),
      siteId: t.expose("siteId", { type: "UInt32", description: "Site of its newest consent." }),
      arriveBy: t.expose("arriveBy", {
        type: "DateTime",
        nullable: true,
        description: "Last moment to arrive by its newest enrollment: what a site's act names.",
      }),
    }),
  });

const ScreeningType = builder
  .objectRef<PublicStateShape["screenings"][number]>("Screening")
  .implement({
    description: "An accepted eligibility proof.",
    fields: (t) => ({
      nullifier: t.expose("nullifier", {
        type: "Field",
        description: "One per person and protocol.",
      }),
      version: t.expose("version", {
        type: "UInt32",
        description: "The newest version screened under.",
      }),
      commitment: t.expose("commitment", {
        type: "Field",
        description: "Its participant commitment.",
      }),
      issuerTags: t.expose("issuerTags", {
        type: ["Field"],
        description: "One a part: equal in all proofs of one person, trial and clinic.",
      }),
    }),
  });

export const PublicStateType = builder.objectRef<PublicStateShape>("PublicState").implement({
  description:
    "All public state of a trial as of one block. As segments from /state/trials/<trialId> on.",
  fields: (t) => ({
    trialId: t.expose("trialId", { type: "Bytes32", description: "The trial." }),
    blockNumber: t.exposeInt("blockNumber", { description: "The newest block it reflects." }),
    status: t.field({
      type: TrialStatusType,
      description: "Whether the trial recruits.",
      resolve: (s) => s.status,
    }),
    held: t.exposeBoolean("held", { description: "Held by governance, whatever the status." }),
    currentVersion: t.expose("currentVersion", {
      type: "UInt32",
      description: "The newest approved version.",
    }),
    versions: t.field({
      type: [TrialVersionType],
      description: "All versions.",
      resolve: (s) => s.versions,
    }),
    groups: t.field({
      type: [GroupType],
      description: "All groups with all members.",
      resolve: (s) => s.groups,
    }),
    screenings: t.field({
      type: [ScreeningType],
      description: "All screenings.",
      resolve: (s) => s.screenings,
    }),
    participants: t.field({
      type: [PublicParticipantType],
      description: "All pseudonyms.",
      resolve: (s) => s.participants,
    }),
  }),
});
