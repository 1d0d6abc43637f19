import { Alert, Badge, Card, Group, Stack, Text, Title } from "@mantine/core";
import { IconBuildingHospital, IconFiles, IconShieldCheck, IconUser } from "@tabler/icons-react";
import type { Compiled, CompiledCriterion } from "../../../circuits/statement/criteria/compile.ts";
import { attestationWords, capital } from "../../../circuits/statement/criteria/english.ts";
import { partName, partsRule } from "../../../circuits/statement/criteria/partWords.ts";
import {
  attestationsOf,
  type Requirement,
} from "../../../circuits/statement/criteria/requirement.ts";
import classes from "./Board.module.css";

const LISTS = [
  { list: "inclusion", title: "Who may take part" },
  { list: "exclusion", title: "Who may not take part" },
] as const;

/** Every criterion as the program really reads, beside the sponsor's own words. */
export function CriteriaList({ compiled }: { compiled: Compiled }) {
  const { criteria, coverage, warnings } = compiled;
  return (
    <Stack gap="md">
      <Text>
        {coverage.criteria} criteria: {coverage.proven} proven by the record, {coverage.partly}{" "}
        partly, {coverage.attested} attested by a person ({coverage.byPatient} by the patient,{" "}
        {coverage.bySite} by the site).
      </Text>
      <PartsNote count={compiled.programs.length} />
      {LISTS.map(({ list, title }) => (
        <Stack key={list} component="section" gap="sm" aria-label={title}>
          <Title order={3} size="h5">
            {title}
          </Title>
          {criteria
            .filter((one) => one.list === list)
            .map((one) => (
              <CriterionCard key={one.path} criterion={one} count={compiled.programs.length} />
            ))}
          {!criteria.some((one) => one.list === list) && <Text c="dimmed">Nothing is listed.</Text>}
        </Stack>
      ))}
      {warnings.map(({ path, message, hint }) => (
        <Text key={`${path} ${message}`} size="sm" c="dimmed">
          Note at {path}: {message}. {hint}
        </Text>
      ))}
    </Stack>
  );
}

/** That criteria of one part are shown together, and that another clinic may show another part. */
function PartsNote({ count }: { count: number }) {
  const rule = partsRule(count);
  if (rule === undefined) return null;
  return (
    <Alert color="blue" icon={<IconFiles aria-hidden />} title={rule}>
      Each criterion shows the part it is in. What one part asks is never checked against the record
      that answers another: criteria that belong together should be in one part.
    </Alert>
  );
}

type CardProps = { readonly criterion: CompiledCriterion; readonly count: number };

function CriterionCard({ criterion, count }: CardProps) {
  const { id, label, list, english, isPlain, requirement } = criterion;
  return (
    <Card padding="md" id={id === undefined ? undefined : `criterion-${id}`}>
      <Group gap="xs" mb="xs">
        {id !== undefined && <Text fw={600}>{id}</Text>}
        <KindBadges criterion={criterion} />
        {count > 1 &&
          criterion.parts.map((part) => (
            <Badge key={part} color="gray" leftSection={<IconFiles size={14} aria-hidden />}>
              {partName(part, count)}
            </Badge>
          ))}
      </Group>
      <Text className="breakable" fw={500}>
        {english}
      </Text>
      {!isPlain && (
        <Stack gap={2} mt="xs">
          <Text size="sm" c="dimmed">
            Shown by
          </Text>
          <RequirementView requirement={requirement} />
        </Stack>
      )}
      {label !== undefined && (
        <Text size="sm" c="dimmed" mt="xs" className="breakable">
          In the sponsor's words{list === "exclusion" ? ", excluded" : ""}: {label}
        </Text>
      )}
    </Card>
  );
}

/** Who vouches for a criterion. */
function KindBadges({ criterion: { proof, requirement } }: { criterion: CompiledCriterion }) {
  const by = new Set(attestationsOf(requirement).map((one) => one.by));
  return (
    <>
      {proof !== "attested" && (
        <Badge color="teal" leftSection={<IconShieldCheck size={14} aria-hidden />}>
          {proof === "proven" ? "Proven by the record" : "Partly proven by the record"}
        </Badge>
      )}
      {by.has("patient") && (
        <Badge color="blue" leftSection={<IconUser size={14} aria-hidden />}>
          Attested by the patient
        </Badge>
      )}
      {by.has("site") && (
        <Badge color="grape" leftSection={<IconBuildingHospital size={14} aria-hidden />}>
          Attested by the site
        </Badge>
      )}
    </>
  );
}

/** A requirement as a nested list: brackets are hard to read. */
function RequirementView({ requirement }: { requirement: Requirement }) {
  if (requirement.is === "leaf") return <Text className="breakable">{requirement.words}</Text>;
  if (requirement.is === "attested") {
    return <Text className="breakable">{capital(attestationWords(requirement.attestation))}</Text>;
  }
  return (
    <div>
      <Text fw={500}>{thresholdWords(requirement.threshold, requirement.of.length)}</Text>
      <ul className={classes.parts}>
        {requirement.of.map((part, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other name and never move
          <li key={i}>
            <RequirementView requirement={part} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function thresholdWords(threshold: number, of: number): string {
  if (threshold === of) return "All of these:";
  return threshold === 1 ? "Any of these:" : `At least ${threshold} of these:`;
}
