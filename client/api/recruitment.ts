// How a trial recruits, as its sponsor follows it: versions, counts, and participants by pseudonym.
import { z } from "zod";
import { PARTICIPANT_STATES } from "../../circuits/statement/trial.ts";
import { address, bytes32, count, fhirCode, field, seconds } from "./scalars.ts";
import type { Operation } from "./transport.ts";
import { status, VERSION, version } from "./trial.ts";

const COUNTS = [
  ...["screened", "consented", "consenting", "enrolled", "arrived", "pendingOnStudy"],
  ...["onStudy", "onHold", "withdrawn", "offStudy", "ineligible"],
] as const;

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

export const readRecruitment: Operation<Recruitment | null> = {
  document: `query Recruitment($protocolNumber: String!) {
    trial(protocolNumber: $protocolNumber) {
      trialId protocolNumber sponsor board status held currentVersion
      versions ${VERSION} funnel { ${COUNTS.join(" ")} }
    }
  }`,
  answer: z.object({ trial: recruitment.nullable() }).transform((answer) => answer.trial),
};

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
    consents: z.object({ edges: z.array(z.object({ node: consent })) }),
  })
  .transform(({ consents, ...rest }) => ({
    ...rest,
    /** The newest statement; a withdrawal permits nothing. */
    consent: consents.edges.at(-1)?.node,
  }));
/** A pseudonym in a trial, with the newest statement of its consent. */
export type Participant = z.output<typeof participant>;

/** A trial's participants, a page at a time. */
export const listParticipants: Operation<{
  participants: Participant[];
  next: string | undefined;
}> = {
  document: `query Participants($protocolNumber: String!, $after: String) {
    trial(protocolNumber: $protocolNumber) {
      participants(first: 75, after: $after) {
        edges {
          node {
            pseudonym state onHold version siteId enrolledAt arriveBy arrivedAt endedAt
            consents(last: 1) { edges { node { version permissions recordedAt validUntil } } }
          }
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  }`,
  answer: z
    .object({
      trial: z
        .object({
          participants: z.object({
            edges: z.array(z.object({ node: participant })),
            pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
          }),
        })
        .nullable(),
    })
    .transform(({ trial }) => ({
      participants: trial?.participants.edges.map((edge) => edge.node) ?? [],
      next: trial?.participants.pageInfo.hasNextPage
        ? (trial.participants.pageInfo.endCursor ?? undefined)
        : undefined,
    })),
};
