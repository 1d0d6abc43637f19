import { Anchor, Button, Checkbox, Group, Stack, Text } from "@mantine/core";
import { IconSignature } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "wouter";
import { TaskState } from "../shared/TaskState.tsx";
import { PseudonymLine } from "./PseudonymLine.tsx";
import { Step } from "./Step.tsx";
import type { VisitState } from "./useVisit.ts";
import type { Passed } from "./visit.ts";
import { sitePath } from "./words.ts";

/** What no record can say, confirmed by staff one by one; then the signature. */
export function SignStep({ visit, passed }: { visit: VisitState; passed: Passed }) {
  const [confirmed, setConfirmed] = useState<readonly string[]>([]);
  const { attestations, reviewed, siteId, pseudonym } = passed;
  const isAll = attestations.every(({ id }) => confirmed.includes(id));
  const { protocolNumber } = reviewed.trial;
  const { signing, kind, sign } = visit;
  return (
    <Step
      title={attestations.length > 0 ? "Confirm, and sign" : "Sign"}
      text={
        attestations.length > 0
          ? "Your signature attests each of these. If one does not hold, do not sign: record a screen failure instead."
          : "Your signature goes on the chain, for everybody to check."
      }
    >
      <PseudonymLine pseudonym={pseudonym} />
      {attestations.length > 0 && (
        <Checkbox.Group
          aria-label="What you confirm"
          value={[...confirmed]}
          onChange={setConfirmed}
        >
          <Stack gap="sm">
            {attestations.map(({ id, text, negated }) => (
              <Checkbox
                key={id}
                value={id}
                className="breakable"
                label={negated ? `This is not so: ${text}` : text}
              />
            ))}
          </Stack>
        </Checkbox.Group>
      )}
      <Group>
        <Button
          size="md"
          leftSection={<IconSignature size={20} aria-hidden />}
          disabled={!isAll || signing.isRunning}
          onClick={() => void sign(passed)}
        >
          {kind === "arrival" ? "Sign the arrival" : "Sign the replacement"}
        </Button>
        {attestations.length > 0 && (
          <Anchor component={Link} href={sitePath({ protocolNumber, siteId })}>
            <Text span size="sm">
              To the participants, to record a screen failure
            </Text>
          </Anchor>
        )}
      </Group>
      <TaskState task={signing} />
    </Step>
  );
}
