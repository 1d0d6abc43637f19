import { Anchor, Badge, Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import type { AuditReport } from "../../../auditor/browser.ts";
import { formatCount } from "../../shared/format.ts";
import { Hash } from "../../shared/Hash.tsx";

const PAGE = 50;

/** What was found, in the chain's order: rule, what an honest history holds, what was seen, where. */
export function Findings({ report: { findings } }: { report: AuditReport }) {
  const [shown, setShown] = useState(PAGE);
  return (
    <section aria-labelledby="findings">
      <Title order={2} size="h4" mb="sm" id="findings">
        Findings
      </Title>
      <Stack gap="sm">
        {findings.slice(0, shown).map(({ rule, says, reason, place }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a finding may come twice, and none moves
          <Card key={i} padding="md" data-rule={rule}>
            <Group gap="xs" mb={4}>
              <Badge color="red" ff="monospace">
                {rule}
              </Badge>
              {place && <Text size="sm">block {formatCount(place.block)}</Text>}
            </Group>
            <Text className="breakable">{reason}</Text>
            <Text size="sm" c="dimmed">
              In an honest history: {says}.
            </Text>
            {place && (
              <Text size="sm" component="div">
                Transaction <Hash value={place.transaction} label="the transaction" isWhole />{" "}
                <Anchor component={Link} href={`/proof#${place.transaction}`} inherit>
                  Verify its proofs
                </Anchor>
              </Text>
            )}
          </Card>
        ))}
        {findings.length > shown && (
          <Button variant="default" onClick={() => setShown(shown + PAGE)}>
            Show more of {formatCount(findings.length)}
          </Button>
        )}
      </Stack>
    </section>
  );
}
