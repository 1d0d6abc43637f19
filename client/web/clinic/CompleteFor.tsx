import { Checkbox, Stack, Text } from "@mantine/core";
import type { Domain } from "../../../circuits/statement/code.ts";
import type { Issued } from "../../clinic/issue.ts";

/** Domains as clinicians think of them: beginning and end of one thing are declared together. */
const GROUPS: readonly (readonly [string, readonly Domain[]])[] = [
  ["Person", ["demographic"]],
  ["Conditions", ["conditionStart", "conditionLast"]],
  ["Drugs", ["medicationStart", "medicationLast"]],
  ["Results", ["observation", "observationUpper", "observationLower"]],
  ["Procedures", ["procedure"]],
  ["Immunizations", ["immunization"]],
  ["Allergies", ["allergyStart", "allergyLast"]],
  ["Hospital stays and visits", ["encounter"]],
  ["Family history", ["familyHistory"]],
];

type Props = {
  readonly issued: Issued;
  readonly value: readonly Domain[];
  readonly onChange: (value: readonly Domain[]) => void;
};

/** For which domains the clinic says that it holds all there is. What was left out overrules it. */
export function CompleteFor({ issued, value, onChange }: Props) {
  return (
    <Checkbox.Group
      label="You hold all there is about"
      description="Only then can the patient prove that something is not so, as trials often ask."
      value={GROUPS.filter(([, own]) => own.some((d) => value.includes(d))).map(([name]) => name)}
      onChange={(names) =>
        onChange(GROUPS.filter(([name]) => names.includes(name)).flatMap(([, own]) => own))
      }
    >
      <Stack gap="xs" mt="xs">
        {GROUPS.map(([name, own]) => {
          const isCleared = own.some((domain) => !issued.completeFor.includes(domain));
          return (
            <Checkbox
              key={name}
              value={name}
              label={name}
              {...(isCleared && {
                description: (
                  <Text span size="xs" c="yellow">
                    Something was left out: absence stays unprovable.
                  </Text>
                ),
              })}
            />
          );
        })}
      </Stack>
    </Checkbox.Group>
  );
}
