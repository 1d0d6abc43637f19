// Participants by pseudonym, and their consents.
import { builder } from "../schema/builder.ts";
import { connection } from "../schema/connection.ts";
import { type ConsentShape, listConsents, type ParticipantShape } from "./participants.ts";

export const ParticipantStateType = builder.enumType("ParticipantState", {
  description: "FHIR ResearchSubject states that a pseudonym can be in.",
  values: {
    ELIGIBLE: { value: "eligible", description: "Screened and consented; not enrolled." },
    PENDING_ON_STUDY: { value: "pending-on-study", description: "Enrolled; not yet arrived." },
    ON_STUDY: { value: "on-study", description: "Arrived at the site." },
    OFF_STUDY: { value: "off-study", description: "Finished, or the place was freed." },
    INELIGIBLE: { value: "ineligible", description: "Screen failure at the site." },
    WITHDRAWN: { value: "withdrawn", description: "Left, by proof, by code or by the site." },
  } as const,
});

const ConsentStateType = builder.enumType("ConsentState", {
  description: "FHIR Consent states.",
  values: {
    ACTIVE: { value: "active", description: "The newest statement, a grant, not expired." },
    INACTIVE: { value: "inactive", description: "Superseded, withdrawn or expired." },
  } as const,
});

const DecisionType = builder.enumType("Decision", {
  description: "What a statement decides.",
  values: {
    GRANT: { value: "grant", description: "Grants, narrows or renews." },
    WITHDRAW: { value: "withdraw", description: "Withdraws." },
  } as const,
});

const GivenByType = builder.enumType("GivenBy", {
  description: "Who gave a consent.",
  values: {
    SELF: { value: "self", description: "The participant." },
    REPRESENTATIVE: { value: "representative", description: "A legal representative." },
    ASSENT_WITH_PARENT: { value: "assentWithParent", description: "A minor, with a parent." },
  } as const,
});

const ConsentType = builder.objectRef<ConsentShape>("Consent").implement({
  description: "One consent statement of a participant, as recorded on the chain.",
  fields: (t) => ({
    sequence: t.expose("sequence", {
      type: "Uint",
      description: "Strictly greater than the one before; gaps are allowed.",
    }),
    state: t.field({
      type: ConsentStateType,
      description: "Whether it is in force.",
      resolve: (consent) => consent.state,
    }),
    decision: t.field({
      type: DecisionType,
      description: "What it decides.",
      resolve: (consent) => consent.decision,
    }),
    version: t.expose("version", { type: "UInt32", description: "The version consented to." }),
    formHash: t.expose("formHash", { type: "Bytes32", description: "Hash of the consent form." }),
    permissions: t.expose("permissions", { type: "UInt32", description: "A bit each." }),
    siteId: t.expose("siteId", { type: "UInt32", description: "The site chosen." }),
    givenBy: t.field({
      type: GivenByType,
      nullable: true,
      description: "Who gave it; null in a withdrawal.",
      resolve: (consent) => consent.givenBy,
    }),
    validUntil: t.expose("validUntil", {
      type: "DateTime",
      nullable: true,
      description: "When it lapses; null in a withdrawal.",
    }),
    recordedAt: t.expose("recordedAt", { type: "DateTime", description: "Time of its block." }),
    blockNumber: t.exposeInt("blockNumber", { description: "Its block." }),
    transactionHash: t.expose("transactionHash", {
      type: "Bytes32",
      description: "Its transaction.",
    }),
  }),
});

export const ParticipantType = builder.objectRef<ParticipantShape>("Participant").implement({
  description: "A pseudonym in one trial. Nothing links it to a screening or to another trial.",
  fields: (t) => ({
    pseudonym: t.expose("pseudonym", {
      type: "Field",
      description: "The Semaphore nullifier of the trial's scope.",
    }),
    state: t.field({
      type: ParticipantStateType,
      description: "FHIR ResearchSubject state.",
      resolve: (participant) => participant.state,
    }),
    onHold: t.exposeBoolean("onHold", {
      description: "An amendment waits for their consent or screening: release nothing of theirs.",
    }),
    version: t.expose("version", { type: "UInt32", description: "Version of the newest consent." }),
    siteId: t.expose("siteId", { type: "UInt32", description: "Site of the newest consent." }),
    enrolledAt: t.expose("enrolledAt", {
      type: "DateTime",
      nullable: true,
      description: "When enrolled.",
    }),
    arriveBy: t.expose("arriveBy", {
      type: "DateTime",
      nullable: true,
      description: "Last moment to arrive by the newest enrollment, if there was one.",
    }),
    arrivedAt: t.expose("arrivedAt", {
      type: "DateTime",
      nullable: true,
      description: "When the site's arrival was recorded.",
    }),
    endedAt: t.expose("endedAt", {
      type: "DateTime",
      nullable: true,
      description: "When withdrawn, off study or ineligible.",
    }),
    consents: t.connection({
      type: ConsentType,
      description: "All statements, oldest first.",
      resolve: (participant, args, context) =>
        connection(context, args, (page) => listConsents(context.db, participant, page)),
    }),
  }),
});
