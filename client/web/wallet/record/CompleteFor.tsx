import { Text } from "@mantine/core";
import type { Domain } from "../../../../circuits/statement/code.ts";

/** What a patient calls the domains; both halves of what lasts are one. */
const NAMES: readonly (readonly [string, readonly Domain[]])[] = [
  ["conditions", ["conditionStart", "conditionLast"]],
  ["medication", ["medicationStart", "medicationLast"]],
  ["allergies", ["allergyStart", "allergyLast"]],
  ["results", ["observation"]],
  ["procedures", ["procedure"]],
  ["vaccines", ["immunization"]],
];

/** For what the clinic vouches that nothing is missing, and why that matters. */
export function CompleteFor({ domains }: { domains: readonly Domain[] }) {
  const names = NAMES.filter(([, needed]) => needed.every((one) => domains.includes(one))).map(
    ([name]) => name,
  );
  const list = new Intl.ListFormat("en").format(names);
  return (
    <Text size="sm" c="dimmed" mt="xs">
      {names.length === 0
        ? "The clinic does not vouch that anything in it is complete, so you can show what is in it, but not that something is missing (for instance “no allergy”)."
        : `The clinic vouches that it is complete for ${list}: there you can also show that you do not have something. It vouches for what the clinic knows, not for other clinics.`}
    </Text>
  );
}
