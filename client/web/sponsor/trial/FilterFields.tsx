import { Group, Select, TextInput } from "@mantine/core";
import type { Participant } from "../../../api/recruitment.ts";
import { STATE_WORDS } from "../words.ts";
import type { Filter } from "./selection.ts";

const STATES = [
  { value: "", label: "All states" },
  ...Object.entries(STATE_WORDS)
    .filter(([state]) => state !== "none")
    .map(([value, label]) => ({ value, label: label as string })),
  { value: "hold", label: "On hold" },
];

type Props = {
  readonly all: readonly Participant[];
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
  readonly siteName: (siteId: number) => string;
};

/** Which participants the table shows: by digits of the pseudonym, by state, by site. */
export function FilterFields({ all, filter, onFilter, siteName }: Props) {
  const sites = [...new Set(all.map(({ siteId }) => siteId))].sort((a, b) => a - b);
  return (
    <Group align="flex-end">
      <TextInput
        label="Pseudonym"
        placeholder="Any of its digits"
        inputMode="numeric"
        autoComplete="off"
        value={filter.digits}
        onChange={(event) => onFilter({ ...filter, digits: event.currentTarget.value })}
      />
      <Select
        label="State"
        data={STATES}
        value={filter.state}
        allowDeselect={false}
        onChange={(state) => onFilter({ ...filter, state: state ?? "" })}
      />
      <Select
        label="Site"
        data={[
          { value: "", label: "All sites" },
          ...sites.map((id) => ({ value: String(id), label: siteName(id) })),
        ]}
        value={filter.site}
        allowDeselect={false}
        onChange={(site) => onFilter({ ...filter, site: site ?? "" })}
      />
    </Group>
  );
}
