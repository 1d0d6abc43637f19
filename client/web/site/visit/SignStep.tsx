import { Alert, Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { IconClock, IconKeyOff, IconSignature, IconUsers } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "wouter";
import { Refusal } from "../../../../circuits/statement/refusal.ts";
import { RELATIONS } from "../../../../circuits/statement/trial/representation.ts";
import { isOutstanding } from "../../../exchange/personTag.ts";
import type { Representative } from "../../../site/giver.ts";
import { shorten } from "../../shared/format.ts";
import { TaskState } from "../../shared/TaskState.tsx";
import { type Answered, allAnswered, YesNo } from "../../shared/YesNo.tsx";
import { sitePath } from "../data/words.ts";
import { PseudonymLine } from "./PseudonymLine.tsx";
import { Step } from "./Step.tsx";
import type { VisitState } from "./useVisit.ts";
import { hasTags, type Passed } from "./visit.ts";

/** What no record can say, confirmed by staff one by one; then the signature. */
export function SignStep({ visit, passed }: { visit: VisitState; passed: Passed }) {
  const [answered, setAnswered] = useState<Answered>(new Map());
  const { attestations, reviewed, siteId, pseudonym } = passed;
  const isAll = allAnswered(attestations, answered);
  const { protocolNumber } = reviewed.trial;
  const { signing, kind, sign } = visit;
  return (
    <Step
      title={attestations.length > 0 ? "Confirm, and sign" : "Sign"}
      text={
        attestations.length > 0
          ? "Your signature attests your answers. If the study does not fit this person, do not sign: record a screen failure instead."
          : "Your signature goes on the chain, for everybody to check."
      }
    >
      <PseudonymLine pseudonym={pseudonym} />
      {passed.representative && <ConsentedFor of={passed.representative} />}
      {attestations.length > 0 && (
        <Stack gap="sm" role="group" aria-label="What you confirm">
          {attestations.map(({ id, text, negated }) => (
            <YesNo
              key={id}
              text={text}
              needs={!negated}
              value={answered.get(id)}
              onChange={(value) => setAnswered(new Map(answered).set(id, value))}
              otherwise="Then do not sign: record a screen failure instead."
            />
          ))}
        </Stack>
      )}
      {kind === "arrival" && hasTags(passed) && (
        <Text size="sm" c="dimmed">
          Before you sign, the document is turned into a tag, so that the same person is admitted
          once in this trial. Custodians compute it together, and none of them learns the document.
        </Text>
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
      {!isTaken(signing.problem) && !isStaffs(signing.problem) && <TaskState task={signing} />}
      <StaffTrouble problem={signing.problem} />
      <TagTrouble problem={signing.problem} onWithout={() => void sign(passed, true)} />
    </Step>
  );
}

/** That the signature is genuine was checked; whether the papers are is for staff to see. */
function ConsentedFor({ of: { relation, signer } }: { of: Representative }) {
  return (
    <Alert color="blue" title="Somebody else consented for this person">
      <Text size="sm">
        As: {RELATIONS[relation].words}. Signed with the key{" "}
        <Text span ff="monospace" title={signer}>
          {shorten(signer)}
        </Text>
        . See who it is, and the papers that give them the authority, before you confirm it.
      </Text>
    </Alert>
  );
}

const isTaken = (problem: unknown): problem is Refusal =>
  problem instanceof Refusal && problem.code === "TagTaken";

const isStaffs = (problem: unknown): problem is Refusal =>
  problem instanceof Refusal && problem.code === "NotStaff";

/** The delegation ended while the person was checked: what is missing, and who can sign instead. */
function StaffTrouble({ problem }: { problem: unknown }) {
  if (!isStaffs(problem)) return null;
  const { why } = problem.details;
  return (
    <Alert
      color="red"
      role="alert"
      icon={<IconKeyOff aria-hidden />}
      title="This account signs no arrivals here"
    >
      The arrival was not recorded
      {typeof why === "string" ? `: ${why}. ` : ", as it has no delegation for it now. "}
      Have the site's own account sign, or somebody in its delegation log with that task.
    </Alert>
  );
}

/** What a tag that was refused, or could not be had, means for the arrival. */
function TagTrouble({ problem, onWithout }: { problem: unknown; onWithout: () => void }) {
  if (isTaken(problem)) {
    return (
      <Alert color="red" role="alert" icon={<IconUsers aria-hidden />} title="Do not sign">
        A person with this document is in the trial already, under the pseudonym{" "}
        <Text span ff="monospace">
          {shorten(String(problem.details.pseudonym))}
        </Text>
        , here or at another site. If that wallet was lost, use Lost wallet for it.
      </Alert>
    );
  }
  if (!isOutstanding(problem)) return null;
  return (
    <Alert color="yellow" icon={<IconClock aria-hidden />} title="The tag is outstanding">
      <Stack gap="sm" align="flex-start">
        Try again later, while the person can wait. Signed without a tag, the arrival counts, nobody
        can tell whether the person is in the trial twice, and every audit names it.
        <Button variant="default" onClick={onWithout}>
          Sign without a tag
        </Button>
      </Stack>
    </Alert>
  );
}
