// Participants as files: a table, and FHIR R4 ResearchSubjects as NDJSON, a resource a line.
import { PARTICIPANT_STATES } from "../../../../circuits/statement/trial/trial.ts";
import type { Participant, Recruitment } from "../../../api/recruitment.ts";
import { subjectNames } from "../../../exchange/dataset/subjects.ts";
import { csvLine, csvPseudonym, csvText } from "../../../files/csv.ts";
import { toResearchSubject } from "../../../files/fhir.ts";
import { permissionNames } from "../words.ts";
import { isHeld } from "./selection.ts";

const HEAD = [
  ...["subject", "pseudonym", "state", "onHold", "siteId", "consentVersion", "permissions"],
  ...["consentedAt", "validUntil", "enrolledAt", "arriveBy", "arrivedAt", "endedAt"],
];
const instant = (seconds: number | null | undefined) =>
  seconds ? new Date(seconds * 1000).toISOString() : "";

/** As a table. `all`: everybody in the trial, so that each has the short name that datasets give them. */
export function participantsCsv(
  participants: readonly Participant[],
  all: readonly Participant[],
): string {
  const names = subjectNames(all.map(({ pseudonym }) => pseudonym));
  const rows = participants.map((one) => [
    ...[
      names.get(one.pseudonym),
      csvPseudonym(one.pseudonym),
      one.state,
      isHeld(one),
      one.siteId,
      one.version,
    ],
    csvText(permissionNames(one.consent?.permissions ?? 0).join("; ")),
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
