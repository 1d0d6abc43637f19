import { Text } from "@mantine/core";
import { formatDate } from "../../shared/format.ts";
import type { PersonLabel } from "./entry.ts";

/** "12 Apr 1961, female": what tells two patients of one name apart. */
export function PersonLine({ person: { birthDate, sex, died } }: { person: PersonLabel }) {
  const parts = [birthDate === undefined ? undefined : dateWords(birthDate), sex].filter(Boolean);
  if (parts.length === 0 && died === undefined) return null;
  return (
    <Text component="span" display="block" size="sm" c="dimmed" className="breakable">
      {parts.join(", ")}
      {died !== undefined && (
        <Text span c="yellow" fw={600}>
          {parts.length > 0 && ", "}
          {died}
        </Text>
      )}
    </Text>
  );
}

/** Partial dates stay as the chart has them. */
function dateWords(text: string): string {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
  return isDay ? formatDate(text) : text;
}
