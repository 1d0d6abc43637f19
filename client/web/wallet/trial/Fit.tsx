import { Alert, Anchor, Button, Card, Stack, Text, Title } from "@mantine/core";
import { Link } from "wouter";
import { partName } from "../../../../circuits/statement/partWords.ts";
import type { SentCheck } from "../../prover/proving.ts";
import { useWallet } from "../vault/session.tsx";
import { Criteria } from "./Criteria.tsx";

type PartCheck = SentCheck["parts"][number];

/** What this wallet's records say to the trial: all in one, or part by part. */
export function Fit({ check, isOpen }: { check: SentCheck; isOpen: boolean }) {
  const { wallet } = useWallet();
  const { parts, records } = check;
  return (
    <Card component="section" aria-labelledby="fit">
      <Title order={2} size="h4" id="fit">
        Does it fit me?
      </Title>
      <Text c="dimmed" size="sm" mb="md">
        Compared with your record on this device only. Nobody learns the result.
      </Text>
      {wallet.records.length === 0 ? (
        <Text>
          There is no record in your wallet yet.{" "}
          <Anchor component={Link} href="/record/import" underline="always">
            Take in a record
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
        {shownWords(part, check)}
      </Text>
      <Criteria check={{ ...record, criteria, problems: part.problems }} level={4} />
    </section>
  );
}

function shownWords(part: PartCheck, { records }: SentCheck): string {
  const nameOf = (index: number) => records[index]!.record.clinicName;
  if (part.shownBy !== undefined) return `Shown by your record of ${nameOf(part.shownBy)}.`;
  if (part.isOnlyUnanchored) {
    return "A record of yours shows this, but it is not in the register now.";
  }
  const closest = nameOf(part.closest ?? 0);
  return `None of your records shows this part. That of ${closest} comes closest; a record of another clinic might do.`;
}

/** The result in a sentence, with what stands in the way, or else the way on. */
function Verdict({ check, isOpen }: { check: SentCheck; isOpen: boolean }) {
  const fits = check.plan !== undefined;
  const inTheWay = fits ? [] : check.parts.flatMap(({ missing }) => missing);
  const goOn = () => {
    const reveals = document.getElementById("reveals");
    reveals?.scrollIntoView({ block: "start" });
    reveals?.focus({ preventScroll: true });
  };
  return (
    <Alert color={fits ? "teal" : "orange"} title={verdictOf(check)}>
      {inTheWay.length > 0 && (
        <Text size="sm" className="breakable">
          In the way: {inTheWay.map(({ label, english }) => label ?? english).join("; ")}.
        </Text>
      )}
      {fits && isOpen && (
        <Button variant="default" size="sm" onClick={goOn}>
          See what a yes would tell
        </Button>
      )}
    </Alert>
  );
}

function verdictOf({ plan, parts, records }: SentCheck): string {
  if (plan !== undefined) {
    return records.length > 1 && new Set(plan).size > 1
      ? "You meet everything that your records can show together."
      : "You meet everything that your record can show.";
  }
  const lacking = parts.filter((part) => part.shownBy === undefined && !part.isOnlyUnanchored);
  if (lacking.length === 0) {
    return "You fit, but your record is not in the register now. Ask your clinic for its newest file.";
  }
  if (parts.length === 1) return "You do not meet all the criteria today.";
  const names = lacking.map(({ part }) => part + 1).join(" and ");
  return `None of your records shows part ${names} of the criteria today.`;
}
