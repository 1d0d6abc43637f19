// The fields of a single criterion, by its form.
import { Checkbox, Group, Select, SimpleGrid } from "@mantine/core";
import type { FormName } from "../../../../circuits/statement/criteria/criteria.ts";
import {
  type CodedKind,
  isLasting,
  KINDS,
} from "../../../../circuits/statement/encoding/domains.ts";
import { isObject, type Path } from "../draft/tree.ts";
import { CodeField } from "./CodeField.tsx";
import { DurationField } from "./DurationField.tsx";
import { conceptOptions, derivedOptions } from "./dictionary.ts";
import { useField } from "./editing.tsx";
import { ChoiceField, CountField, LongTextField, TextField } from "./fields.tsx";
import { ObservationFields } from "./ObservationFields.tsx";

const SEXES = ["female", "male", "other"].map((value) => ({ value, label: value }));
const STATUSES = [
  { value: "current", label: "Current when the record was issued" },
  { value: "ever", label: "Ever on record" },
];

type Props = { readonly path: Path; readonly form: FormName };

export function LeafFields({ path, form }: Props) {
  if (form === "age") return <AgeFields path={path} />;
  if (form === "sex") return <ChoiceField path={[...path, "sex"]} label="Sex" data={SEXES} />;
  if (form === "attestation") return <AttestationFields path={[...path, "attestation"]} />;
  if (form === "derived") return <DerivedFields path={path} />;
  const kind = form as CodedKind;
  const { reason, timing } = KINDS[kind];
  return (
    <>
      <CodeField path={[...path, form]} form={kind} />
      {reason !== undefined && <ReasonField path={[...path, "reason"]} />}
      {timing === "measured" && <ObservationFields path={path} />}
      {timing !== "undated" && <WindowFields path={path} isLasting={isLasting(kind)} />}
    </>
  );
}

/** A value that the clinic calculates: its name, its range and its window. */
function DerivedFields({ path }: { path: Path }) {
  return (
    <>
      <ChoiceField path={[...path, "derived"]} label="Calculated value" data={derivedOptions()} />
      <ObservationFields path={path} />
      <WindowFields path={path} isLasting={false} />
    </>
  );
}

/** What a contact was for: a condition, when it matters. */
function ReasonField({ path }: { path: Path }) {
  const { found, set } = useField(path);
  const reason = isObject(found) && typeof found.concept === "string" ? found.concept : null;
  return (
    <Select
      label="For this reason"
      placeholder="Whatever the reason"
      searchable
      clearable
      data={conceptOptions("condition")}
      value={reason}
      onChange={(next) => set(next === null ? undefined : { concept: next })}
    />
  );
}

function AgeFields({ path }: { path: Path }) {
  return (
    <Group gap="sm" align="flex-start">
      <CountField path={[...path, "age", "min"]} label="At least (years)" w={150} max={149} />
      <CountField path={[...path, "age", "max"]} label="At most (years)" w={150} max={149} />
    </Group>
  );
}

/** When it must have been so. */
function WindowFields({ path, isLasting }: { path: Path; isLasting: boolean }) {
  return (
    <Group gap="sm" align="flex-start">
      {isLasting && (
        <ChoiceField
          path={[...path, "status"]}
          label="Status"
          none="As the window says"
          data={STATUSES}
        />
      )}
      <DurationField path={[...path, "within"]} label="Within the last" />
      {isLasting && <DurationField path={[...path, "startedWithin"]} label="Began within" />}
      <DurationField path={[...path, "atLeastAgo"]} label="At least … ago" />
      {isLasting && <EpisodeField path={[...path, "sameEpisode"]} />}
    </Group>
  );
}

/** Left out of the file when it is not so. */
function EpisodeField({ path }: { path: Path }) {
  const { found, error, set } = useField(path);
  return (
    <Checkbox
      label="Current, and began then, in one episode"
      mt="lg"
      checked={found === true}
      error={error}
      onChange={(event) => set(event.currentTarget.checked || undefined)}
    />
  );
}

const WHO = [
  { value: "patient", label: "the patient" },
  { value: "site", label: "the site" },
];
const WHEN = [
  { value: "consent", label: "at consent" },
  { value: "site", label: "at the site" },
];

function AttestationFields({ path }: { path: Path }) {
  return (
    <>
      <LongTextField path={[...path, "text"]} label="What is attested" />
      <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
        <TextField
          path={[...path, "id"]}
          label="Short name"
          description="Lower case, digits, hyphens"
          inputWrapperOrder={["label", "input", "description", "error"]}
        />
        <ChoiceField path={[...path, "by"]} label="Attested by" data={WHO} />
        <ChoiceField path={[...path, "when"]} label="When" data={WHEN} />
      </SimpleGrid>
    </>
  );
}
