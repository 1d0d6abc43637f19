// What a draft compiles to: its size in the circuit, what the record must be, and every criterion in words.
import { Alert, Badge, Group, List, Progress, Stack, Text, Title } from "@mantine/core";
import { partName, partsRule } from "../../../../circuits/statement/criteria/partWords.ts";
import { type Program, SIZES } from "../../../../circuits/statement/criteria/program.ts";
import { TrialFile } from "../../../../circuits/statement/trial/trialFile.ts";
import { RecordFacts } from "../../board/RecordFacts.tsx";
import { Collections } from "../../shared/Collections.tsx";
import { formatCount, formatCounted } from "../../shared/format.ts";
import { type Check, FIRST_LEVEL } from "../draft/check.ts";
import { isWithin, partAt } from "../draft/tree.ts";
import { problemText } from "./editing.tsx";

/** Leaves and gates used, of the smallest circuit that holds them. */
export function CircuitSize({ check: { compiled, problems } }: { check: Check }) {
  if (compiled === undefined) {
    const tooLarge = problems.find(({ path }) => path === "criteria");
    return (
      <Text size="sm" c="dimmed">
        {tooLarge ? problemText(tooLarge) : "The size appears once the criteria compile."}
      </Text>
    );
  }
  const { programs, circuit, coverage } = compiled;
  const rule = partsRule(programs.length);
  return (
    <Stack gap={6}>
      <Group gap="xs" justify="space-between">
        <Text size="sm" fw={600}>
          Circuit {circuit}
        </Text>
        <Badge color="green">Compiles</Badge>
      </Group>
      {rule !== undefined && <Text size="sm">{rule}</Text>}
      {programs.map((program, i) => (
        <PartSize key={partName(i, programs.length)} program={program} index={i} of={programs} />
      ))}
      <Text size="sm" c="dimmed">
        {formatCounted(coverage.criteria, "criterion", "criteria")}: {formatCount(coverage.proven)}{" "}
        proven, {formatCount(coverage.partly)} partly, {formatCount(coverage.attested)} attested.
      </Text>
    </Stack>
  );
}

type PartProps = {
  readonly program: Program;
  readonly index: number;
  readonly of: readonly Program[];
};

function PartSize({ program, index, of }: PartProps) {
  const size = SIZES[program.size];
  return (
    <>
      {of.length > 1 && (
        <Text size="sm" fw={600}>
          {partName(index, of.length)}
        </Text>
      )}
      <Meter name="leaves" used={program.leaves.length} of={size.leaves} />
      <Meter name="gates" used={program.gates.length} of={size.gates} />
    </>
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
      <RecordFacts programs={compiled.programs} />
    </Stack>
  );
}

/** Which part shows a criterion, where there are several. */
function placeWords(parts: readonly number[]): string {
  if (parts.length === 0) return "(asked of a person)";
  return `(part ${parts.map((part) => part + 1).join(" and ")})`;
}

const LISTS = { inclusion: "Inclusion", exclusion: "Exclusion (must not apply)" } as const;

/** Every criterion that can be read, as a wallet and the board will read it. */
export function CriteriaWords({ check: { compiled, english, problems } }: { check: Check }) {
  const entries = [...english];
  const count = compiled?.programs.length ?? 1;
  const partsAt = new Map<string, readonly number[]>(
    compiled?.criteria.map(({ path, parts }) => [`criteria.${path}`, parts]),
  );
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
                  {count > 1 && (
                    <Text span size="xs" c="dimmed">
                      {" "}
                      {placeWords(partsAt.get(path) ?? [])}
                    </Text>
                  )}
                </List.Item>
              ))}
            </List>
          </Stack>
        );
      })}
      {english.size === 0 && (
        <Text size="sm" c="dimmed">
          Add a criterion that a record can answer, and it appears here in plain English.
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

/** What is collected, as the board and patients will read it. */
export function CollectionsWords({ check, value }: { check: Check; value: unknown }) {
  const { collections, problems } = check;
  const { sponsor } = Object(value) as { sponsor?: unknown };
  const asked = TrialFile.shape.consentForm.shape.permissions.safeParse(
    partAt(value, ["consentForm", "permissions"]),
  );
  const trial = {
    collections: [...collections],
    sponsor: typeof sponsor === "string" && sponsor !== "" ? sponsor : "not named yet",
    consentForm: { permissions: asked.success ? asked.data : [] },
  };
  return (
    <Stack gap="sm">
      {problems.some(({ path }) => isWithin(path, "collections")) && (
        <Alert color="yellow" py="xs">
          Collections with problems are left out here.
        </Alert>
      )}
      <Collections document={{ trial }} order={2} />
    </Stack>
  );
}
