// Who holds the keys to what the trial collects: some of the accredited custodians, and how many have to agree.
import { MultiSelect, Select, Stack, Text, Title } from "@mantine/core";
import {
  MAX_CUSTODIANS,
  MIN_CUSTODIAN_THRESHOLD,
} from "../../../../circuits/statement/trial/trial.ts";
import type { Custodians } from "../../../trial/document.ts";
import { useCustodians } from "../useAccounts.ts";

type Props = {
  readonly custodians: Custodians;
  readonly onChange: (custodians: Custodians) => void;
};

export function CustodianChoice({ custodians: { members, threshold }, onChange }: Props) {
  const accredited = useCustodians();
  // Those of the version before may have lost their accreditation: they are shown, to be taken out.
  const gone = members.filter((member) => !accredited.some((one) => one.value === member));
  const data = [
    ...accredited,
    ...gone.map((value) => ({ value, label: `${value} (not accredited)` })),
  ];
  const most = Math.max(MIN_CUSTODIAN_THRESHOLD, members.length);
  const choices = Array.from({ length: most - MIN_CUSTODIAN_THRESHOLD + 1 }, (_, i) =>
    String(MIN_CUSTODIAN_THRESHOLD + i),
  );
  return (
    <Stack gap="sm">
      <Title order={2} size="h5" id="custodians">
        Custodians
      </Title>
      <Text size="sm" c="dimmed" maw={720}>
        What is collected opens only when so many of them agree, each by looking at the chain
        itself. Choose organisations that do not depend on you or on each other: those who agree can
        open everything together.
      </Text>
      <MultiSelect
        label="Who holds the keys"
        description="Accredited by governance"
        placeholder={members.length === 0 ? "Choose at least two" : ""}
        data={data}
        value={[...members]}
        maxValues={MAX_CUSTODIANS}
        searchable
        nothingFoundMessage="No such accredited custodian"
        error={gone.length > 0 && "One is not accredited any more: take it out"}
        onChange={(next) =>
          onChange({
            members: next,
            threshold: Math.min(threshold, Math.max(MIN_CUSTODIAN_THRESHOLD, next.length)),
          })
        }
      />
      <Select
        label="How many of them have to agree"
        description="One that is away stops nothing while so many are left"
        data={choices}
        value={String(threshold)}
        allowDeselect={false}
        w={280}
        onChange={(next) => next !== null && onChange({ members, threshold: Number(next) })}
      />
    </Stack>
  );
}
