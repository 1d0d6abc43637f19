import { Autocomplete, Group, MultiSelect, TextInput } from "@mantine/core";
import type { AuditEvent } from "../../../api/event.ts";
import { wordsOf } from "./eventWords.ts";
import { type Filters, participantsIn } from "./filters.ts";

type Props = {
  readonly events: readonly AuditEvent[];
  readonly filters: Filters;
  readonly onChange: (filters: Filters) => void;
};

/** Filters that never leave the page: neither in a request nor in the address. */
export function FilterBar({ events, filters, onChange }: Props) {
  const kinds = [...new Set(events.map((event) => wordsOf(event).kind))].sort();
  return (
    <Group align="flex-start" gap="sm" component="section" aria-label="Filters">
      <MultiSelect
        label="Kind of event"
        placeholder={filters.kinds.length === 0 ? "All kinds" : undefined}
        data={kinds}
        value={[...filters.kinds]}
        onChange={(chosen) => onChange({ ...filters, kinds: chosen })}
        clearable
        w={{ base: "100%", sm: 260 }}
      />
      <Autocomplete
        label="Participant"
        placeholder="Pseudonym, or its first digits"
        data={participantsIn(events)}
        limit={8}
        value={filters.participant}
        onChange={(participant) => onChange({ ...filters, participant })}
        w={{ base: "100%", sm: 280 }}
      />
      <TextInput
        type="date"
        label="From"
        value={filters.from}
        onChange={(event) => onChange({ ...filters, from: event.currentTarget.value })}
      />
      <TextInput
        type="date"
        label="To"
        value={filters.to}
        onChange={(event) => onChange({ ...filters, to: event.currentTarget.value })}
      />
    </Group>
  );
}
