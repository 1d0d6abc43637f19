import { Alert, Anchor, Button, Card, Stack, Text, Title } from "@mantine/core";
import { Link } from "wouter";
import { partName } from "../../../../circuits/statement/criteria/partWords.ts";
import type { SentCheck } from "../../prover/proving.ts";
import { formatList } from "../../shared/format.ts";
import { t } from "../../shared/language.ts";
import { useWallet } from "../vault/session.tsx";
import { Criteria } from "./Criteria.tsx";

type PartCheck = SentCheck["parts"][number];

/** How this wallet's records fit the trial: as a whole, or part by part. */
export function Fit({ check, isOpen }: { check: SentCheck; isOpen: boolean }) {
  const { wallet } = useWallet();
  const { parts, records } = check;
  return (
    <Card component="section" aria-labelledby="fit">
      <Title order={2} size="h4" id="fit">
        {t("Does it fit me?")}
      </Title>
      <Text c="dimmed" size="sm" mb="md">
        {t("Compared with your record on this device only. Nobody learns the result.")}
      </Text>
      {wallet.records.length === 0 ? (
        <Text>
          {t("There is no record in your wallet yet.")}{" "}
          <Anchor component={Link} href="/record/import" underline="always">
            {t("Add a record")}
          </Anchor>
        </Text>
      ) : (
        <Stack gap="md">
          <Verdict check={check} isOpen={isOpen} />
          {parts.length === 1 ? (
            <Criteria check={records[parts[0]!.shownBy ?? parts[0]!.closest ?? 0]!} />
          ) : (
            parts.map((part) => <Part key={part.part} part={part} check={check} />)
          )}
        </Stack>
      )}
    </Card>
  );
}

/** One part of several: which record shows it, or comes closest, and what that says to each of its criteria. */
function Part({ part, check }: { part: PartCheck; check: SentCheck }) {
  const { parts, records } = check;
  const record = records[part.shownBy ?? part.closest ?? 0]!;
  const criteria = record.criteria.filter(({ inParts }) => inParts.includes(part.part));
  return (
    <section aria-label={partName(part.part, parts.length)}>
      <Title order={3} size="h5" mb={4}>
        {partName(part.part, parts.length)}
      </Title>
      <Text size="sm" mb="sm" className="breakable">
        {whoShows(part, check)}
      </Text>
      <Criteria check={{ ...record, criteria, problems: part.problems }} level={4} />
    </section>
  );
}

function whoShows(part: PartCheck, { records }: SentCheck): string {
  const nameOf = (index: number) => records[index]!.record.clinicName;
  if (part.shownBy !== undefined)
    return t("Shown by your record of {{clinic}}.", { clinic: nameOf(part.shownBy) });
  if (part.isOnlyUnanchored) {
    return t("A record of yours shows this, but it is not in the registry now.");
  }
  const closest = nameOf(part.closest ?? 0);
  return t(
    "None of your records shows this part. The one from {{clinic}} comes closest; another clinic's record might show it.",
    { clinic: closest },
  );
}

/** The result in a sentence, with what stands in the way, or else the way on. */
function Verdict({ check, isOpen }: { check: SentCheck; isOpen: boolean }) {
  const fits = check.plan !== undefined;
  const missing = fits ? [] : check.parts.flatMap((part) => part.missing);
  const inTheWay = new Set(missing.map(({ path }) => path)).size;
  const goOn = () => {
    const reveals = document.getElementById("reveals");
    reveals?.scrollIntoView({ block: "start" });
    reveals?.focus({ preventScroll: true });
  };
  return (
    <Alert color={fits ? "teal" : "orange"} title={verdictOf(check)}>
      {inTheWay > 0 && (
        <Text size="sm">{t("{{count}} criteria do not fit; see below.", { count: inTheWay })}</Text>
      )}
      {fits && isOpen && (
        <Button variant="default" size="sm" onClick={goOn}>
          {t("See what a yes would reveal")}
        </Button>
      )}
    </Alert>
  );
}

function verdictOf({ plan, parts, records }: SentCheck): string {
  if (plan !== undefined) {
    return records.length > 1 && new Set(plan).size > 1
      ? t("You meet everything that your records can show together.")
      : t("You meet everything that your record can show.");
  }
  const lacking = parts.filter((part) => part.shownBy === undefined && !part.isOnlyUnanchored);
  if (lacking.length === 0) {
    return t(
      "You fit, but your record is not in the registry now. Ask your clinic for its newest file.",
    );
  }
  if (parts.length === 1) return t("You do not meet all the criteria today.");
  const names = formatList(lacking.map(({ part }) => part + 1));
  return t("None of your records shows part {{names}} of the criteria today.", { names });
}
