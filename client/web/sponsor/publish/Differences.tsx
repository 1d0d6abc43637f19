// What an amendment changes, as the board will see it compared.
import { Badge, Paper, Stack, Text, Title } from "@mantine/core";
import type { Prepared } from "../../../sponsor/publish.ts";
import { compileTrialDocument } from "../../../trial/document.ts";
import { type Change, compareVersions, countChanges } from "../../board/changes.ts";
import { Dropped } from "../../board/Dropped.tsx";
import type { Base } from "../draft/draft.tsx";

const WORDS = { added: "Added", removed: "Removed", changed: "Changed", same: "Same" } as const;
const COLORS = { added: "teal", removed: "red", changed: "blue", same: "gray" } as const;

export function Differences({ base, prepared }: { base: Base; prepared: Prepared }) {
  const { document, version } = base;
  const before = {
    document,
    version,
    compiled: compileTrialDocument(document),
    digest: "",
    dropped: [],
  };
  const after = {
    document: prepared.document,
    version: { ...version, terms: prepared.terms },
    compiled: compileTrialDocument(prepared.document),
    digest: prepared.digest,
    dropped: prepared.dropped,
  };
  const all = compareVersions(before, after);
  const form = [document, prepared.document].map(({ trial }) => trial.consentForm);
  const isSilent =
    form[0]!.version === form[1]!.version && JSON.stringify(form[0]) !== JSON.stringify(form[1]);
  return (
    <Stack component="section" aria-label="Differences" gap="sm">
      <Title order={2} size="h4">
        What changes from version {version.version}
      </Title>
      {countChanges(all) === 0 && (
        <Text c="dimmed">Nothing differs from the previous version.</Text>
      )}
      <Dropped sites={prepared.dropped} />
      {isSilent && (
        <Text c="orange">
          The consent form differs but keeps its version number. Raise it, so that a consent says
          which form was read.
        </Text>
      )}
      {all.map(({ title, changes }) => {
        const different = changes.filter(({ is }) => is !== "same");
        if (different.length === 0) return null;
        return (
          <Stack key={title} gap={6}>
            <Title order={3} size="h6">
              {title}
            </Title>
            {different.map((change) => (
              <Row key={change.name} change={change} />
            ))}
          </Stack>
        );
      })}
    </Stack>
  );
}

function Row({ change: { is, name, before, after } }: { change: Change }) {
  return (
    <Paper p="sm">
      <Text size="sm" fw={600} className="breakable">
        {name}{" "}
        <Badge size="sm" color={COLORS[is]}>
          {WORDS[is]}
        </Badge>
      </Text>
      {before !== undefined && (
        <Text size="sm" c="dimmed" td="line-through" component="del" display="block">
          {before}
        </Text>
      )}
      {after !== undefined && (
        <Text size="sm" component="ins" td="none" display="block" className="breakable">
          {after}
        </Text>
      )}
    </Paper>
  );
}
