// The last look before signing: what will be published, and the digest that the board is asked to approve.
import { Alert, Anchor, Button, Card, Group, List, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Link, Redirect } from "wouter";
import type { TrialFile } from "../../../../circuits/statement/trial/trialFile.ts";
import {
  type Prepared,
  type Publication,
  prepareAmendment,
  prepareTrial,
  publishFirst,
  publishPrepared,
} from "../../../sponsor/publish.ts";
import { useActor } from "../../shared/account.tsx";
import { Hash } from "../../shared/Hash.tsx";
import { PageHead } from "../../shared/PageHead.tsx";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";
import { checkDraft, publishingProblems } from "../draft/check.ts";
import { type Draft, useDrafting } from "../draft/draft.tsx";
import { circuitWords } from "../words.ts";
import { CustodianChoice } from "./CustodianChoice.tsx";
import { Differences } from "./Differences.tsx";
import { SealChoice, sealProblem } from "./SealChoice.tsx";
import { Terms } from "./Terms.tsx";

export default function PublishPage() {
  const { draft } = useDrafting();
  const check = useMemo(() => checkDraft(draft?.value), [draft?.value]);
  const [done, setDone] = useState<Publication>();
  if (done !== undefined) return <Done publication={done} />;
  if (draft === undefined || check.trial === undefined || draft.syntax) {
    return <Redirect to={draft === undefined ? "/new" : "/edit"} replace />;
  }
  return <Review draft={draft} trial={check.trial} onDone={setDone} />;
}

type Props = {
  readonly draft: Draft;
  readonly trial: TrialFile;
  readonly onDone: (publication: Publication) => void;
};

/** Computes what would be published, then publishes exactly that. */
function usePublishing({ draft, trial, onDone }: Props, passphrase: string) {
  const actor = useActor();
  const queries = useQueryClient();
  const { end } = useDrafting();
  const { base, publishing, isSealed } = draft;
  const [prepared, setPrepared] = useState<Prepared>();
  const task = useTask();
  const prepare = () =>
    task.run(async (say) => {
      say(isSealed ? "Sealing the text and computing the terms…" : "Computing the terms…");
      const sealWith = isResealed(draft) ? base!.passphrase : passphrase;
      const siteSigners = Object.fromEntries(
        trial.sites.map(({ id }) => [id, publishing.signers[id]!]),
      );
      const custodians = trial.collections === undefined ? undefined : publishing.custodians;
      const options = {
        ...{ trial, siteSigners, custodians },
        ...(isSealed && sealWith && { sealWith }),
      };
      setPrepared(await (base ? prepareAmendment(actor, options) : prepareTrial(actor, options)));
    });
  const publish = () =>
    task.run(async (say) => {
      if (prepared === undefined) return;
      say("Sign in your wallet when asked. Publishing…");
      const publication = base
        ? await publishPrepared(actor, prepared)
        : await publishFirst(actor, prepared, publishing.board);
      await queries.invalidateQueries();
      onDone(publication);
      end();
    });
  return { prepare, publish, prepared, forget: () => setPrepared(undefined), task };
}

/** An amendment of a sealed trial is sealed with the same passphrase. */
const isResealed = ({ base }: Draft) => base?.version.terms.isSealed === true;

function Review(props: Props) {
  const { draft, trial } = props;
  const { setSealed, setPublishing } = useDrafting();
  const { base, publishing, isSealed } = draft;
  const [seal, setSeal] = useState({ passphrase: "", repeated: "" });
  const { prepare, publish, prepared, forget, task } = usePublishing(props, seal.passphrase);
  const missing = publishingProblems(publishing, trial, base !== undefined);
  const isFixed = isResealed(draft);
  const isSealable = !isSealed || isFixed || sealProblem(seal) === undefined;
  return (
    <>
      <PageHead
        title={base ? `Review the amendment of ${trial.protocolNumber}` : "Review and publish"}
        text="This is what everybody will see, and what the board is asked to approve."
        actions={
          <Button component={Link} href="/edit" variant="default">
            Back to writing
          </Button>
        }
      />
      <Stack>
        {missing.length > 0 && <Missing texts={missing} />}
        <Card>
          <SealChoice
            isSealed={isSealed}
            onSealed={(next) => {
              setSealed(next);
              forget();
            }}
            seal={seal}
            onSeal={(next) => {
              setSeal(next);
              forget();
            }}
            isFixed={isFixed}
          />
        </Card>
        {trial.collections !== undefined && (
          <Card component="section" aria-labelledby="custodians">
            <CustodianChoice
              custodians={publishing.custodians}
              onChange={(custodians) => {
                setPublishing({ custodians });
                forget();
              }}
            />
          </Card>
        )}
        <Terms trial={trial} publishing={publishing} isAmendment={base !== undefined} />
        {prepared && base && <Differences base={base} prepared={prepared} />}
        {prepared && <Digest prepared={prepared} />}
        <TaskState task={task} />
        <Group>
          {prepared === undefined ? (
            <Button
              disabled={missing.length > 0 || !isSealable || task.isRunning}
              onClick={() => void prepare()}
            >
              Compute terms and digest
            </Button>
          ) : (
            <Button disabled={task.isRunning} onClick={() => void publish()}>
              {base ? "Sign and publish the amendment" : "Sign and publish"}
            </Button>
          )}
        </Group>
      </Stack>
    </>
  );
}

function Missing({ texts }: { texts: readonly string[] }) {
  return (
    <Alert color="yellow" title="Still missing">
      <List size="sm">
        {texts.map((text) => (
          <List.Item key={text}>{text}</List.Item>
        ))}
      </List>
    </Alert>
  );
}

function Digest({ prepared: { digest, version, terms } }: { prepared: Prepared }) {
  return (
    <Card component="section" aria-label="Digest">
      <Stack gap="xs">
        <Text fw={600}>Digest of version {version}</Text>
        <Hash value={digest} label="the digest" isWhole />
        <Text size="sm" c="dimmed">
          The board computes the same number from the text. {terms.isSealed ? "Sealed" : "Open"}{" "}
          text, {circuitWords(terms)}. Signing publishes exactly this, and it cannot be taken back.
        </Text>
      </Stack>
    </Card>
  );
}

function Done({ publication }: { publication: Publication }) {
  const { version, digest, document } = publication;
  const { protocolNumber } = document.trial;
  return (
    <>
      <PageHead
        title={`Version ${version} of ${protocolNumber} is published`}
        text="It takes effect when the board approves it. Nobody is screened under it before then."
      />
      <Stack align="flex-start">
        <Text fw={600}>Digest for the board</Text>
        <Hash value={digest} label="the digest" isWhole />
        <Anchor component={Link} href={`/trial/${encodeURIComponent(protocolNumber)}`}>
          Go to the trial
        </Anchor>
      </Stack>
    </>
  );
}
