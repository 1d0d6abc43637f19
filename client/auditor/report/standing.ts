// What stands at the end of an audited history, as FHIR resources one after the other.
import { toResearchSubject } from "../../files/fhir.ts";
import type { Audit } from "../audit/audit.ts";
import { toConsent, toResearchStudy } from "./fhir.ts";

/** Every study, subject and consent. */
export function* standingResources({ world, source }: Audit) {
  const now = source.head.timestamp;
  for (const trial of world.trials.values()) {
    yield toResearchStudy(trial);
    for (const [pseudonym, who] of trial.participants) {
      // Made up for a finding: FHIR has no code for a subject who never was one.
      if (who.state === 0) continue;
      yield toResearchSubject(trial, pseudonym, who);
      yield toConsent(trial, { pseudonym, who, now });
    }
  }
}
