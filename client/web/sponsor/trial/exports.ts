// Participants as files: a table, and FHIR R4 ResearchSubjects as NDJSON, a resource a line.
import { PARTICIPANT_STATES } from "../../../../circuits/statement/trial.ts";
import type { Participant, Recruitment } from "../../../api/recruitment.ts";
import { csvLine } from "../../../auditor/csv.ts";
import { toResearchSubject } from "../../../auditor/fhir.ts";
import { permissionNames } from "../words.ts";

const HEAD = [
  ...["pseudonym", "state", "onHold", "siteId", "consentVersion", "permissions"],
  ...["consentedAt", "validUntil", "enrolledAt", "arriveBy", "arrivedAt", "endedAt"],
];
const instant = (seconds: number | null | undefined) =>
  seconds ? new Date(seconds * 1000).toISOString() : "";

export function participantsCsv(participants: readonly Participant[]): string {
  const rows = participants.map((one) => [
    ...[one.pseudonym, one.state, one.onHold, one.siteId, one.version],
    permissionNames(one.consent?.permissions ?? 0).join("; "),
    ...[one.consent?.recordedAt, one.consent?.validUntil].map(instant),
    ...[one.enrolledAt, one.arriveBy, one.arrivedAt, one.endedAt].map(instant),
  ]);
  return [HEAD, ...rows].map((cells) => `${csvLine(cells)}\r\n`).join("");
}

export function researchSubjects(
  trial: Pick<Recruitment, "trialId">,
  participants: readonly Participant[],
): string {
  return participants
    .map(({ pseudonym, state, consent }) =>
      toResearchSubject(trial, pseudonym, {
        state: PARTICIPANT_STATES.indexOf(state),
        consentedAt: consent?.recordedAt ?? 0,
      }),
    )
    .map((subject) => `${JSON.stringify(subject)}\n`)
    .join("");
}
