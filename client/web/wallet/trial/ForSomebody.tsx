import { Alert, Button, CopyButton, Group, Select, Stack, Text, Textarea } from "@mantine/core";
import { IconCheck, IconSignature } from "@tabler/icons-react";
import { useState } from "react";
import { type Relation, relationsOf } from "../../../../circuits/statement/trial/representation.ts";
import { t } from "../../shared/language.ts";
import { useTask } from "../../shared/useTask.ts";
import { useData } from "../data.tsx";
import { Doing } from "../Sorry.tsx";
import { useWallet } from "../vault/session.tsx";
import type { Answers, FormOf } from "./answers.ts";
import { RELATION_WORDS } from "./giver.ts";

type Props = { readonly reviewed: FormOf; readonly answers: Answers };

/** Where somebody else consents: what they are to the person, and their signature from a wallet of their own. */
export function ForSomebody(props: Props) {
  const { reviewed, answers } = props;
  if (answers.givenBy === "self") return null;
  const form = reviewed.document.trial.consentForm;
  const isMinor = form.representation?.minors !== undefined;
  return (
    <Stack gap="sm" role="group" aria-label={t("Consent for somebody else")}>
      <Select
        label={t("The representative is")}
        description={t(
          "Only this wallet and the site learn it. The site checks the papers when you come.",
        )}
        data={relationsOf(form, answers.givenBy).map((value) => ({
          value,
          label: t(RELATION_WORDS[value]),
        }))}
        value={answers.relation ?? null}
        allowDeselect={false}
        onChange={(value) => value && answers.setRelation(value as Relation)}
      />
      <Text size="sm">
        {t("Such a consent ends on the first day of a quarter of a year, which everybody can see.")}{" "}
        {isMinor &&
          t(
            "For somebody under age it never ends later than they come of age: in the last year before that, the day tells in which quarter it lies, and nothing else. Then nothing more is used until their own consent.",
          )}
      </Text>
      {answers.mandate === undefined ? (
        <Signature {...props} />
      ) : (
        <Alert color="teal" icon={<IconCheck aria-hidden />} role="status">
          {t("The representative has signed for what is ticked above.")}
        </Alert>
      )}
    </Stack>
  );
}

/** The request goes to the representative's wallet, and their signature comes back. */
function Signature(props: Props) {
  const { relation, siteId } = props.answers;
  const { request, ask, accept, task } = useSignature(props);
  const isReady = relation !== undefined && siteId !== undefined;
  return (
    <>
      <Group>
        <Button
          variant="default"
          disabled={!isReady || task.isRunning}
          leftSection={<IconSignature size={18} aria-hidden />}
          onClick={ask}
        >
          {t("Make a request for the representative")}
        </Button>
        {!isReady && (
          <Text size="sm" c="dimmed">
            {t("First tick what is allowed, and choose a site and what the representative is.")}
          </Text>
        )}
      </Group>
      {request !== undefined && (
        <Exchange request={request} isBusy={task.isRunning} onSigned={accept} />
      )}
      <Doing task={task} />
    </>
  );
}

/** The request of what is ticked now, and what becomes of the signature on it. */
function useSignature({ reviewed, answers }: Props) {
  const { wallet, vault } = useWallet();
  const { documentKeys } = useData();
  const { protocolNumber } = reviewed.document.trial;
  const [made, setMade] = useState<{ of: string; text: string }>();
  const task = useTask();
  const { relation, siteId, given, givenBy, language } = answers;
  const asked = JSON.stringify([relation, siteId, [...given], givenBy, language]);
  const of = () => ({
    ...{ wallet, protocolNumber, grant: answers.grant() },
    documentKey: documentKeys.get(protocolNumber),
  });
  const ask = () =>
    void task.run(async (say) => {
      say(t("Making the request…"));
      const text = await vault.checker.run("represent.ask", { ...of(), relation: relation! });
      setMade({ of: asked, text });
    });
  const accept = (text: string) =>
    void task.run(async (say) => {
      say(t("Checking the signature…"));
      answers.setMandate(await vault.checker.run("represent.accept", { ...of(), text }));
    });
  return { request: made?.of === asked ? made.text : undefined, ask, accept, task };
}

function Exchange(props: { request: string; isBusy: boolean; onSigned: (text: string) => void }) {
  const { request, isBusy, onSigned } = props;
  const [signed, setSigned] = useState("");
  return (
    <>
      <Text size="sm">
        {t(
          "Send this to the representative. They open their own wallet at Settings, Consent for somebody, and send back what it gives them.",
        )}
      </Text>
      <Textarea label={t("Request")} readOnly autosize minRows={3} value={request} />
      <CopyButton value={request}>
        {({ copied, copy }) => (
          <Group>
            <Button variant="default" onClick={copy}>
              {copied ? t("Copied") : t("Copy the request")}
            </Button>
          </Group>
        )}
      </CopyButton>
      <Textarea
        label={t("What the representative sent back")}
        autosize
        minRows={3}
        value={signed}
        onChange={(event) => setSigned(event.currentTarget.value)}
      />
      <Group>
        <Button
          variant="default"
          disabled={signed.trim() === "" || isBusy}
          onClick={() => onSigned(signed)}
        >
          {t("Use this signature")}
        </Button>
      </Group>
    </>
  );
}
