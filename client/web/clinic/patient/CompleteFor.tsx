import { Checkbox, Stack, Text } from "@mantine/core";
import {
  type Domain,
  domainsOfKind,
  KINDS,
  KINDS_BY_NUMBER,
} from "../../../../circuits/statement/encoding/domains.ts";
import type { Issued } from "../../../clinic/record/issue.ts";

/** Domains as clinicians think of them: beginning and end of one thing are declared together. */
const GROUPS: readonly (readonly [string, readonly Domain[]])[] = [
  ["Person", ["demographic"]],
  ...KINDS_BY_NUMBER.map((kind) => [KINDS[kind].words.clinic, domainsOfKind(kind)] as const),
];

type Props = {
  readonly issued: Issued;
  readonly value: readonly Domain[];
  readonly onChange: (value: readonly Domain[]) => void;
};

/** The domains that the clinic declares complete. What was left out of the record overrules it. */
export function CompleteFor({ issued, value, onChange }: Props) {
  return (
    <Checkbox.Group
      label="You hold everything there is about"
      description="Only then can the patient prove that something is absent, as trials often ask."
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
                    Something was left out: absence cannot be proved.
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
