// Where an entry's resources come from, as FHIR R4 Provenance. It follows from the manifest alone.
import type { Provenance } from "fhir/r4";
import { CORRECTIONS } from "../../../circuits/statement/exchange/entry.ts";
import { ZERO_BYTES32 } from "../../../circuits/statement/trial/trial.ts";
import { instant } from "../../files/fhir.ts";
import { AGENT_TYPE, entryAgent, entryReference, OPERATION } from "../entryFhir.ts";
import type { ManifestEntry } from "./manifest.ts";
import { type ResourceType, resourceId } from "./resources.ts";

/** Who made an entry, what it stands for and what it corrects. `recorded` is by the device's clock. */
export function provenanceOf(
  of: Omit<ManifestEntry, "subject" | "rows">,
  type: ResourceType,
): Provenance {
  const { entry, resources, provenance, replaces } = of;
  const isCorrection = replaces !== ZERO_BYTES32;
  return {
    resourceType: "Provenance",
    id: resourceId(entry, 0),
    target: Array.from({ length: resources.count }, (_, i) => ({
      reference: `${type}/${resourceId(entry, i + 1)}`,
    })),
    recorded: instant(provenance.madeAt),
    activity: { coding: [{ system: OPERATION, code: isCorrection ? "UPDATE" : "CREATE" }] },
    ...(isCorrection ? { reason: [reasonOf(of.correction)] } : {}),
    agent: [
      entryAgent(of.authority, of.pseudonym),
      {
        type: { coding: [{ system: AGENT_TYPE, code: "assembler" }] },
        who: { display: provenance.software },
      },
    ],
    entity: [
      { role: "source", what: { ...entryReference(entry), display: provenance.origin } },
      ...(isCorrection ? [{ role: "revision" as const, what: entryReference(replaces) }] : []),
    ],
  };
}

function reasonOf(correction: number) {
  const code = Object.entries(CORRECTIONS).find(([, number]) => number === correction)?.[0];
  return { coding: [{ system: "urn:cohort-zero:correction", code: code ?? `${correction}` }] };
}
