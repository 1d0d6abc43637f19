// What a draft compiles to: its size in the circuit, what the record must be, and every criterion in words.
import { Alert, Badge, Group, List, Progress, Stack, Text, Title } from "@mantine/core";
import { SIZES } from "../../../../circuits/statement/program.ts";
import { policyWords } from "../../board/policyWords.ts";
import { Facts } from "../../shared/Facts.tsx";
import { formatCount } from "../../shared/format.ts";
import { type Check, FIRST_LEVEL } from "../draft/check.ts";
import { problemText } from "./editing.tsx";

/** Leaves and gates used, of the smallest circuit that holds them. */
export function CircuitSize({ check: { compiled, problems } }: { check: Check }) {
  if (compiled === undefined) {
    const tooLarge = problems.find(({ path }) => path === "criteria");
    return (
      <Text size="sm" c="dimmed">
        {tooLarge ? problemText(tooLarge) : "The size shows once the criteria compile."}
      </Text>
    );
  }
  const { program, circuit, coverage } = compiled;
  const size = SIZES[program.size];
  return (
    <Stack gap={6}>
      <Group gap="xs" justify="space-between">
        <Text size="sm" fw={600}>
          Circuit {circuit}
        </Text>
        <Badge color="green">Compiles</Badge>
      </Group>
      <Meter name="leaves" used={program.leaves.length} of={size.leaves} />
      <Meter name="gates" used={program.gates.length} of={size.gates} />
      <Text size="sm" c="dimmed">
        {formatCount(coverage.criteria)} criteria: {formatCount(coverage.proven)} proven,{" "}
        {formatCount(coverage.partly)} partly, {formatCount(coverage.attested)} attested.
      </Text>
    </Stack>
  );
}

function Meter({ name, used, of }: { name: string; used: number; of: number }) {
  const text = `${formatCount(used)} of ${formatCount(of)} ${name}`;
  return (
    <Group gap="sm" wrap="nowrap">
      <Text size="sm" w={110} className="numbers">
        {text}
      </Text>
      <Progress value={(100 * used) / of} style={{ flex: 1 }} aria-label={text} />
    </Group>
  );
}

/** What a record must be so that the criteria mean something. */
export function RecordDemands({ check: { compiled } }: { check: Check }) {
  if (compiled === undefined) return null;
  return (
    <Stack gap={4}>
      <Title order={2} size="h6">
        What a patient's record must be
      </Title>
      <Facts facts={policyWords(compiled.program.policy)} />
    </Stack>
  );
}

const LISTS = { inclusion: "Inclusion", exclusion: "Exclusion (must not be so)" } as const;

/** Every criterion that can be read, as a wallet and the board will read it. */
export function CriteriaWords({ check: { english, problems } }: { check: Check }) {
  const entries = [...english];
  return (
    <Stack gap="sm">
      {(["inclusion", "exclusion"] as const).map((list) => {
        const own = entries.filter(
          ([path]) => path.startsWith(`criteria.${list}[`) && FIRST_LEVEL.exec(path)?.[0] === path,
        );
        if (own.length === 0) return null;
        return (
          <Stack key={list} gap={4}>
            <Title order={2} size="h6">
              {LISTS[list]}
            </Title>
            <List size="sm" spacing={4} type="ordered">
              {own.map(([path, words]) => (
                <List.Item key={path}>
                  <span className="breakable">{words}</span>
                </List.Item>
              ))}
            </List>
          </Stack>
        );
      })}
      {english.size === 0 && (
        <Text size="sm" c="dimmed">
          Add a criterion that a record can answer, and it reads here in plain English.
        </Text>
      )}
      {english.size > 0 && problems.some(({ path }) => path.startsWith("criteria")) && (
        <Alert color="yellow" py="xs">
          Criteria with problems are left out here.
        </Alert>
      )}
    </Stack>
  );
}
