// FHIR R4 FamilyMemberHistory: what first-degree relatives have or had, under the codes of conditions
// (hl7.org/fhir/R4/familymemberhistory.html).
import { z } from "zod";
import { type CodeableConcept, codeableConcept } from "../read/datatypes.ts";
import { leaveOut, type MapContext, type Mapped, type Omission } from "../read/draft.ts";
import { readCodings } from "./codings.ts";
import { readDate } from "./dates.ts";
import { eventDrafts } from "./interval.ts";
import { readNothing } from "./nothingKnown.ts";

const schema = z.looseObject({
  status: z.enum(["partial", "completed", "entered-in-error", "health-unknown"]),
  dataAbsentReason: codeableConcept.optional(),
  date: z.string().optional(),
  relationship: codeableConcept.optional(),
  condition: z.array(z.looseObject({ code: codeableConcept.optional() })).optional(),
});
const DOMAINS = ["familyHistory"] as const;

const ROLE_CODE = /\/v3[-/]RoleCode(\||$)|2\.16\.840\.1\.113883\.5\.111$/;
const SNOMED = /snomed\.info\/sct|2\.16\.840\.1\.113883\.6\.96$/;
/** Parents, siblings and children in HL7 v3 RoleCode. Half, step, foster and adoptive relatives are others. */
const FIRST_DEGREE: ReadonlySet<string> = new Set(
  (
    "PRN MTH FTH NPRN NMTH NFTH SIB BRO SIS NSIB NBRO NSIS TWIN TWINBRO TWINSIS FTWIN FTWINBRO FTWINSIS " +
    "ITWIN ITWINBRO ITWINSIS CHILD SONC DAUC NCHILD SON DAU"
  ).split(" "),
);
/** The same in SNOMED CT: mother, father, parent, brother, sister, sibling, son, daughter, child. */
const FIRST_DEGREE_SNOMED: ReadonlySet<string> = new Set([
  "72705000",
  "66839005",
  "40683002",
  "70924004",
  "27733009",
  "375005",
  "65616008",
  "66089001",
  "67822003",
]);
/** Codes that say no more than "a relative". */
const ANY_RELATIVE: ReadonlySet<string> = new Set(["FAMMEMB", "PRSNRELATION", "BLOODREL"]);

/**
 * Maps a FamilyMemberHistory, dated on the day it was taken down. A relative of unknown degree blocks absence and
 * satisfies nothing; one who is not of the first degree says nothing that is asked for.
 */
export function mapFamilyHistory(input: unknown, context: MapContext): Mapped {
  const history = schema.parse(input);
  const { status, dataAbsentReason, condition = [] } = history;
  if (status === "entered-in-error") return leaveOut(`status ${status}`);
  const degree = degreeOf(history.relationship);
  if (degree === "other") return leaveOut("a relative who is not of the first degree");
  const taken = history.date === undefined ? undefined : readDate(history.date, "date", context);
  const when = taken ?? { from: context.birth.from, to: context.issuedDay };
  const isUnknown = status === "health-unknown" ? "said to be unknown" : undefined;
  const doubt = degree === "first" ? isUnknown : "relationship not known";
  const parts = condition.map(({ code }, i): Mapped => {
    const nothing = readNothing(code, DOMAINS);
    if (nothing !== undefined) return nothing;
    const field = `condition[${i}].code`;
    const read = readCodings({
      concepts: code,
      base: "condition",
      domains: DOMAINS,
      field,
      context,
    });
    const drafts = eventDrafts("familyHistory", read.known, when, doubt);
    return { drafts, leftOut: read.leftOut };
  });
  const said: Omission[] =
    status !== "completed" || dataAbsentReason !== undefined
      ? [{ reason: `the history of a relative is not complete (${status})`, clears: DOMAINS }]
      : [];
  return {
    drafts: parts.flatMap(({ drafts }) => drafts),
    leftOut: [...said, ...parts.flatMap(({ leftOut }) => leftOut)],
  };
}

function degreeOf(relationship: CodeableConcept | undefined): "first" | "other" | "unknown" {
  const degrees = new Set<"first" | "other">();
  for (const { system = "", code = "" } of relationship?.coding ?? []) {
    const plain = code.trim().toUpperCase();
    if (SNOMED.test(system) && FIRST_DEGREE_SNOMED.has(plain)) degrees.add("first");
    if (!ROLE_CODE.test(system) || plain === "" || ANY_RELATIVE.has(plain)) continue;
    degrees.add(FIRST_DEGREE.has(plain) ? "first" : "other");
  }
  return degrees.size === 1 ? [...degrees][0]! : "unknown";
}
