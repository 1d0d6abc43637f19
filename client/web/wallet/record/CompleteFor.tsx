import { Text } from "@mantine/core";
import {
  CODED_KINDS,
  type Domain,
  domainsOfKind,
  isLasting,
  KINDS,
  lastingDomains,
} from "../../../../circuits/statement/encoding/domains.ts";
import { formatList } from "../../shared/format.ts";
import { msg, t } from "../../shared/language.ts";

/** What the dictionary's kinds are called, so that each language has them. */
const KIND_WORDS: readonly string[] = [
  msg("conditions"),
  msg("medication"),
  msg("allergies"),
  msg("results"),
  msg("procedures"),
  msg("vaccines"),
];

/** What a patient calls a kind. Multiples of reference limits are no matter of theirs. */
const NAMES = CODED_KINDS.map((kind) => {
  const domains = isLasting(kind) ? lastingDomains(kind) : domainsOfKind(kind).slice(0, 1);
  const { patient } = KINDS[kind].words;
  return [KIND_WORDS.find((one) => one === patient), domains] as const;
});

/** Where the clinic vouches that nothing is missing, and why that matters. */
export function CompleteFor({ domains }: { domains: readonly Domain[] }) {
  const names = NAMES.flatMap(([name, needed]) =>
    name !== undefined && needed.every((one) => domains.includes(one)) ? [name] : [],
  );
  const list = formatList(names.map((name) => t(name)));
  return (
    <Text size="sm" c="dimmed" mt="xs">
      {names.length === 0
        ? t(
            "The clinic does not vouch that anything in it is complete, so you can show what is in it, but not that something is missing (for instance “no allergy”).",
          )
        : t(
            "The clinic vouches that it is complete for {{list}}: there you can also show that you do not have something. It vouches for what the clinic knows, not for other clinics.",
            { list },
          )}
    </Text>
  );
}
