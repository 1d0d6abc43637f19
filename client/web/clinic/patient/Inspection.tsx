import { Accordion, Anchor, Badge, Card, Group, Progress, Stack, Text, Title } from "@mantine/core";
import { useMemo } from "react";
import { Link } from "wouter";
import { DOMAINS, type Domain } from "../../../../circuits/statement/encoding/code.ts";
import { MAX_FACTS } from "../../../../circuits/witness/record.ts";
import {
  codedWords,
  type Inspection as Inspected,
  inNoConcept,
  inspectRecord,
} from "../../../clinic/record/inspect.ts";
import type { Issued } from "../../../clinic/record/issue.ts";
import { DOMAIN_WORDS } from "../../../clinic/record/words.ts";
import { formatCount, formatCounted, formatDate } from "../../shared/format.ts";
import { codeName, kindWords } from "../codes/codeNames.ts";
import { FactTable } from "./FactTable.tsx";
import { ReasonList } from "./ReasonList.tsx";

/** What a record holds in clinical words, what it lacks and why. */
export function Inspection({ issued }: { issued: Issued }) {
  const inspection = useMemo(() => inspectRecord(issued), [issued]);
  const alone = useMemo(() => inNoConcept(issued), [issued]);
  return (
    <Stack gap="xl">
      <Size inspection={inspection} isSinceBirth={issued.record.header.coverageFromDay === 0} />
      <Facts issued={issued} />
      <Unclassified issued={issued} />
      <LeftOut inspection={inspection} />
      {alone.length > 0 && (
        <section aria-labelledby="alone">
          <Title order={2} size="h4" id="alone" mb={4}>
            In no concept of the dictionary
          </Title>
          <Text size="sm" c="dimmed" mb="xs">
            Criteria reach these by their exact code only.
          </Text>
          <Text size="sm" className="breakable">
            {alone.map(({ label }) => label).join("; ")}
          </Text>
        </section>
      )}
    </Stack>
  );
}

function Size(props: { inspection: Inspected; isSinceBirth: boolean }) {
  const { counts, coverageFrom, issuedOn, codedIn } = props.inspection;
  const share = (100 * counts.facts) / MAX_FACTS;
  return (
    <Card>
      <Stack gap="xs">
        <Group justify="space-between" align="baseline">
          <Text fw={600} size="lg">
            {formatCounted(counts.facts, "fact")}
          </Text>
          <Text size="sm" c="dimmed">
            of the {formatCount(MAX_FACTS)} that a record can hold
          </Text>
        </Group>
        <Progress value={share} aria-label="How full the record is" />
        <Text size="sm" c="dimmed">
          Out of {formatCounted(counts.resources, "entry", "entries")} in the chart, under{" "}
          {formatCounted(counts.codes, "code")}; facts that name a group of codes:{" "}
          {formatCount(counts.rollUps)}.{" "}
          {props.isSinceBirth ? "Covers all time since birth," : `From ${formatDate(coverageFrom)}`}{" "}
          to {formatDate(issuedOn)}.
        </Text>
        <Text size="sm" c="dimmed">
          {codedIn.length > 0
            ? `Absence of single codes can be proved, too: ${codedIn.map(codedWords).join("; ")}.`
            : "Absence of single codes cannot be proved: neither all conditions nor all drugs are coded in one system."}
        </Text>
      </Stack>
    </Card>
  );
}

function Facts({ issued: { facts, completeFor } }: { issued: Issued }) {
  const domains = (Object.keys(DOMAINS) as Domain[])
    .map((domain) => ({ domain, own: facts.filter((fact) => fact.domain === domain) }))
    .filter(({ own }) => own.length > 0);
  const empty = (Object.keys(DOMAINS) as Domain[]).filter(
    (domain) => !domains.some((one) => one.domain === domain),
  );
  return (
    <section aria-labelledby="facts">
      <Title order={2} size="h4" id="facts" mb="sm">
        What the record holds
      </Title>
      <Accordion variant="separated" multiple order={3}>
        {domains.map(({ domain, own }) => (
          <Accordion.Item key={domain} value={domain}>
            <Accordion.Control>
              <Group justify="space-between" gap="xs" pr="sm">
                <Text fw={500}>
                  {DOMAIN_WORDS[domain]}{" "}
                  <Text span c="dimmed">
                    ({formatCount(own.length)})
                  </Text>
                </Text>
                <Completeness isComplete={completeFor.includes(domain)} />
              </Group>
            </Accordion.Control>
            <Accordion.Panel>
              <FactTable facts={own} label={DOMAIN_WORDS[domain]} />
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
      {empty.length > 0 && (
        <Stack gap={6} mt="sm">
          {empty.map((domain) => (
            <Group key={domain} justify="space-between" gap="xs" px="md">
              <Text size="sm" c="dimmed">
                {DOMAIN_WORDS[domain]}: nothing in the chart
              </Text>
              <Completeness isComplete={completeFor.includes(domain)} />
            </Group>
          ))}
        </Stack>
      )}
    </section>
  );
}

/** Codes that keep absence from being proved because nobody has said what they mean. */
function Unclassified({ issued: { leftOut } }: { issued: Issued }) {
  const codes = leftOut.flatMap(({ unlisted = [] }) => unlisted);
  const named = new Map(codes.map((one) => [`${one.base} ${codeName(one)}`, one]));
  if (named.size === 0) return null;
  return (
    <section aria-labelledby="unclassified">
      <Title order={2} size="h4" id="unclassified" mb={4}>
        Codes that nobody has classified
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        <Anchor component={Link} href="/codes" size="sm" underline="always">
          Decide these codes
        </Anchor>{" "}
        once for all patients, and absence can be proved again.
      </Text>
      <Stack component="ul" gap={2} pl="md" m={0}>
        {[...named].map(([key, one]) => (
          <Text component="li" key={key} size="sm" className="breakable">
            {kindWords(one.base)}: {one.display !== undefined && `${one.display}, `}
            {codeName(one)}
          </Text>
        ))}
      </Stack>
    </section>
  );
}

function Completeness({ isComplete }: { isComplete: boolean }) {
  return (
    <Badge color={isComplete ? "green" : "yellow"}>
      {isComplete ? "absence provable" : "absence not provable"}
    </Badge>
  );
}

function LeftOut({ inspection }: { inspection: Inspected }) {
  const { leftOut, unusable, counts } = inspection;
  const unread = Object.entries(counts.unread);
  return (
    <section aria-labelledby="left-out">
      <Title order={2} size="h4" id="left-out" mb="sm">
        What it leaves out, and why
      </Title>
      <Stack gap="md">
        {leftOut.length === 0 && <Text c="dimmed">Nothing was left out.</Text>}
        <ReasonList
          groups={leftOut.map(({ clears, ...group }) => ({
            ...group,
            effect: clears.map((domain) => DOMAIN_WORDS[domain]).join(", "),
          }))}
        />
        {unusable.length > 0 && (
          <>
            <Title order={3} size="h5">
              Held, but not usable
            </Title>
            <Text size="sm" c="dimmed">
              These meet no criterion, and keep absence from being proved. Nothing is passed over in
              silence.
            </Text>
            <ReasonList groups={unusable} />
          </>
        )}
        {unread.length > 0 && (
          <Text size="sm" c="dimmed" className="breakable">
            Types that give no facts:{" "}
            {unread.map(([type, count]) => `${formatCount(count)} ${type}`).join(", ")}.
          </Text>
        )}
      </Stack>
    </section>
  );
}
