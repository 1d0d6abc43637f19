// Opens a version's text as the start of the next one.
import { Button, Card, PasswordInput, Stack, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { useLocation } from "wouter";
import type { Recruitment } from "../../../api/recruitment.ts";
import { readTrialDocument } from "../../../trial/document.ts";
import { openDocument } from "../../../trial/seal.ts";
import { Loading } from "../../shared/Loading.tsx";
import { PageHead } from "../../shared/PageHead.tsx";
import { Problem } from "../../shared/Problem.tsx";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";
import { Confirm } from "../Confirm.tsx";
import { newestOf } from "../document.ts";
import { useDrafting } from "../draft/draft.tsx";
import { NO_CUSTODIANS } from "../draft/publishing.ts";
import { useRecruitment } from "../useRecruiting.ts";

export default function AmendPage({ protocolNumber }: { protocolNumber: string }) {
  const { draft } = useDrafting();
  const { data, error, refetch } = useRecruitment(protocolNumber);
  const [mayReplace, setMayReplace] = useState(draft?.isUnsaved !== true);
  const [, navigate] = useLocation();
  return (
    <>
      <PageHead title={`Amend ${protocolNumber}`} />
      {error && <Problem problem={error} retry={() => void refetch()} />}
      {!data && !error && <Loading what="the trial" h={160} />}
      {data && mayReplace && <Opening trial={data} />}
      <Confirm
        isOpen={!mayReplace}
        title="Discard your draft?"
        act="Discard it"
        onAct={async () => setMayReplace(true)}
        onClose={() => navigate("/edit")}
      >
        It has changes that are not saved to a file. They are lost when you start an amendment.
      </Confirm>
    </>
  );
}

function Opening({ trial }: { trial: Recruitment }) {
  const { start } = useDrafting();
  const [, navigate] = useLocation();
  const [passphrase, setPassphrase] = useState("");
  const task = useTask();
  const version = newestOf(trial);
  const content = version?.documents.document?.content;
  const isSealed = version?.terms.isSealed === true;
  const open = (key: string | undefined) =>
    task.run(async (say) => {
      say("Opening the text…");
      if (version === undefined || content === undefined) throw new Error("there is no text yet");
      const document = readTrialDocument(isSealed ? await openDocument(content, key) : content);
      const signers = Object.fromEntries(version.terms.sites.map((s) => [s.siteId, s.signer]));
      const { custodians = NO_CUSTODIANS } = document;
      const publishing = { signers, board: trial.board, custodians };
      const requires = { reconsent: false, rescreening: false };
      start({ ...document.trial, requires }, { document, version, publishing, passphrase: key });
      navigate("/edit", { replace: true });
    });
  // biome-ignore lint/correctness/useExhaustiveDependencies: an open text opens once, by itself
  useEffect(() => {
    if (!isSealed) void open(undefined);
  }, []);
  return (
    <>
      <TaskState task={task} />
      {isSealed && (
        <Card maw={520}>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              void open(passphrase);
            }}
          >
            <Stack>
              <Text>
                The text is sealed. Its passphrase opens it here, and seals the next version too.
              </Text>
              <PasswordInput
                label="Passphrase of the text"
                value={passphrase}
                autoComplete="off"
                onChange={(event) => setPassphrase(event.currentTarget.value)}
              />
              <Button type="submit" disabled={passphrase === "" || task.isRunning}>
                Open the text
              </Button>
            </Stack>
          </form>
        </Card>
      )}
    </>
  );
}
