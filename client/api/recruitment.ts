// How a trial recruits, as its sponsor follows it: versions, counts, and participants by pseudonym.
import { z } from "zod";
import { PARTICIPANT_STATES } from "../../circuits/statement/trial/terms.ts";
import { EMPTY_PAGE, operation, pageOf, withArguments } from "./operation.ts";
import { address, bytes32, count, fhirCode, field, seconds } from "./scalars.ts";
import { status, version } from "./trial.ts";

const recruitment = z.object({
  trialId: bytes32,
  protocolNumber: z.string(),
  sponsor: address,
  board: address,
  status,
  held: z.boolean(),
  currentVersion: count,
  versions: z.array(version),
  funnel: z.object({
    screened: count,
    consented: count,
    consenting: count,
    enrolled: count,
    arrived: count,
    placesTaken: count,
    pendingOnStudy: count,
    onStudy: count,
    onHold: count,
    withdrawn: count,
    offStudy: count,
    ineligible: count,
  }),
});
/** A trial without its groups and screenings: small, however many were screened. */
export type Recruitment = z.output<typeof recruitment>;

export const readRecruitment = operation(
  "query Recruitment($protocolNumber: String!)",
  "trial(protocolNumber: $protocolNumber)",
  recruitment.nullable(),
);

const consent = z.object({
  version: count,
  permissions: count,
  recordedAt: seconds,
  validUntil: seconds.nullable(),
});

const participant = z
  .object({
    pseudonym: field,
    state: z.string().pipe(fhirCode(PARTICIPANT_STATES)),
    onHold: z.boolean(),
    version: count,
    siteId: count,
    enrolledAt: seconds.nullable(),
    arriveBy: seconds.nullable(),
    arrivedAt: seconds.nullable(),
    endedAt: seconds.nullable(),
    consents: withArguments("last: 1", z.object({ edges: z.array(z.object({ node: consent })) })),
  })
  .transform(({ consents, ...rest }) => ({
    ...rest,
    /** The newest statement; a withdrawal permits nothing. */
    consent: consents.edges.at(-1)?.node,
  }));
/** A pseudonym in a trial, with the newest statement of its consent. */
export type Participant = z.output<typeof participant>;

/** A trial's participants, a page at a time. */
export const listParticipants = operation(
  "query Participants($protocolNumber: String!, $after: String)",
  "trial(protocolNumber: $protocolNumber)",
  z
    .object({ participants: withArguments("first: 75, after: $after", pageOf(participant)) })
    .nullable()
    .transform((trial) => trial?.participants ?? EMPTY_PAGE),
);
