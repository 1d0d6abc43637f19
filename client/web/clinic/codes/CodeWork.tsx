import { Badge, Button, Card, Group, Stack, Text } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useState } from "react";
import { keyOf } from "../../../clinic/codes/codeTable.ts";
import type { WorkItem, WorkList } from "../../../clinic/record/workList.ts";
import { Empty } from "../../shared/Empty.tsx";
import { formatCount } from "../../shared/format.ts";
import { ProblemList } from "../desk/ProblemList.tsx";
import { codeName, conceptTitle, kindWords } from "./codeNames.ts";

const FIRST_SHOWN = 40;

/** The codes to decide, first those that hold up most patients. */
export function CodeWork({ work, onAsk }: { work: WorkList; onAsk: (item: WorkItem) => void }) {
  const [showsAll, setShowsAll] = useState(false);
  const { items, patients, problems } = work;
  const shown = showsAll ? items : items.slice(0, FIRST_SHOWN);
  return (
    <Stack gap="sm">
      {problems.length > 0 && <ProblemList problems={problems} />}
      {items.length === 0 ? (
        <Empty icon={IconCircleCheck} title="Nothing to decide">
          {patients === 0
            ? "Codes from the charts on the desk appear here, once charts have been read."
            : "Every code in the charts on the desk is classified."}
        </Empty>
      ) : (
        <Text size="sm" c="dimmed">
          {formatCount(items.length)} {items.length === 1 ? "code" : "codes"} in the charts of{" "}
          {formatCount(patients)} {patients === 1 ? "patient" : "patients"}.
          {items.length > 1 && " Those that hold up most patients come first."}
        </Text>
      )}
      {items.length > 0 && (
        <Stack component="ul" gap="xs" p={0} m={0} aria-label="Codes to decide">
          {shown.map((item) => (
            <CodeCard
              key={keyOf(item.base, item.system, item.code)}
              item={item}
              onAsk={() => onAsk(item)}
            />
          ))}
        </Stack>
      )}
      {shown.length < items.length && (
        <Button variant="subtle" size="compact-sm" onClick={() => setShowsAll(true)}>
          Show all {formatCount(items.length)}
        </Button>
      )}
    </Stack>
  );
}

function CodeCard({ item, onAsk }: { item: WorkItem; onAsk: () => void }) {
  const { base, display, patients, suggestions } = item;
  const name = codeName(item);
  return (
    <Card component="li" padding="md">
      <Group justify="space-between" gap="sm">
        <Stack gap={2} miw={0} style={{ flex: "1 1 260px" }}>
          <Text fw={600} className="breakable">
            {display ?? name}
          </Text>
          <Text size="sm" c="dimmed" className="breakable">
            {kindWords(base)} · {name}
          </Text>
          {suggestions.length > 0 && (
            <Text size="sm" className="breakable">
              Perhaps {suggestions.map(conceptTitle).join(", ")}
            </Text>
          )}
        </Stack>
        <Group gap="sm">
          <Badge color="yellow" size="lg">
            {formatCount(patients)} {patients === 1 ? "patient" : "patients"}
          </Badge>
          <Button variant="default" aria-label={`Decide ${display ?? ""} ${name}`} onClick={onAsk}>
            Decide…
          </Button>
        </Group>
      </Group>
    </Card>
  );
}
