import { Alert, Button, Group, Modal, Select, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { formatDay } from "../../../../circuits/statement/encoding/day.ts";
import type { ParticipantCollection } from "../../../../circuits/statement/exchange/collection.ts";
import type { QuestionnaireResponse } from "../../../../circuits/statement/exchange/questionnaire.ts";
import { formatDate, sentence } from "../../shared/format.ts";
import { Loading } from "../../shared/Loading.tsx";
import { t } from "../../shared/language.ts";
import { QuestionnaireForm } from "../../shared/questionnaire/QuestionnaireForm.tsx";
import { ResponseView } from "../../shared/questionnaire/ResponseView.tsx";
import { CORRECTION_WORDS } from "./correctionWords.ts";
import { useDraft } from "./keptHere.ts";
import { SendingState } from "./SendingState.tsx";
import { useGiving } from "./useGiving.ts";

type Reason = "enteredWrongly" | "incomplete";
const REASONS = (["enteredWrongly", "incomplete"] as const).map((value) => ({
  value,
  label: sentence(t(CORRECTION_WORDS[value])),
}));

type Props = {
  readonly protocolNumber: string;
  readonly collection: ParticipantCollection;
  /** Of the answers, since 1900-01-01: it names which time of it they are for. */
  readonly day: number;
  /** The entry that these take the place of, and what stood in it. */
  readonly corrects?:
    | { readonly entry: string; readonly before: QuestionnaireResponse }
    | undefined;
  readonly onClose: () => void;
};

/** A questionnaire answered in the wallet: filled in, looked over, and only then sealed and sent. */
export function AnswerDialog({ protocolNumber, collection, day, corrects, onClose }: Props) {
  const { questionnaire, title } = collection;
  const sending = useGiving(protocolNumber);
  const name = `${protocolNumber} ${collection.id} ${day} ${corrects?.entry ?? ""}`;
  const begin = corrects && ({ ...corrects.before, status: "in-progress" } as const);
  const draft = useDraft(name, questionnaire, begin);
  const [finished, setFinished] = useState<QuestionnaireResponse>();
  const [reason, setReason] = useState<Reason>("enteredWrongly");
  const { isRunning } = sending.task;
  const send = async (response: QuestionnaireResponse) => {
    const isDone = await sending.give({
      ...{ kind: "answers", collection: collection.id, day, response },
      corrects: corrects && { entry: corrects.entry, reason },
    });
    if (!isDone) return;
    await draft.forget();
    onClose();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size="lg"
      closeOnClickOutside={false}
      withCloseButton={!isRunning}
      closeButtonProps={{ "aria-label": t("Close; what you typed is kept") }}
      closeOnEscape={!isRunning}
    >
      <Stack>
        {corrects !== undefined && <Correcting reason={reason} onReason={setReason} />}
        {draft.value === undefined && <Loading what={t("your answers")} h={160} />}
        {draft.value !== undefined && finished === undefined && (
          <>
            {draft.isResumed && <Resumed onAnew={draft.startAnew} />}
            <QuestionnaireForm
              questionnaire={questionnaire}
              value={draft.value}
              onChange={draft.change}
              onFinish={setFinished}
              finishLabel="Look it over"
            />
            <Text size="xs" c="dimmed" role="status">
              {draft.isKept ? t("Kept on this device, encrypted.") : ""}
            </Text>
          </>
        )}
        {finished !== undefined && (
          <LookedOver
            collection={collection}
            day={day}
            response={finished}
            isRunning={isRunning}
            onSend={() => void send(finished)}
            onChange={() => setFinished(undefined)}
          />
        )}
        <SendingState sending={sending} />
      </Stack>
    </Modal>
  );
}

type LookedOverProps = Pick<Props, "collection" | "day"> & {
  readonly response: QuestionnaireResponse;
  readonly isRunning: boolean;
  readonly onSend: () => void;
  readonly onChange: () => void;
};

function LookedOver(props: LookedOverProps) {
  const { collection, day, response, isRunning, onSend, onChange } = props;
  return (
    <>
      <Title order={3} size="h5">
        {t("This is sent, for {{day}}", { day: formatDate(formatDay(day)) })}
      </Title>
      <ResponseView questionnaire={collection.questionnaire} response={response} />
      <Text size="sm" c="dimmed">
        {t(
          "These answers and the time at which you gave them, sealed so that only you can open them, and the study's sponsor after a public request while you permit it.",
        )}
      </Text>
      {!isRunning && (
        <Group>
          <Button onClick={onSend}>{t("Seal and send")}</Button>
          <Button variant="default" onClick={onChange}>
            {t("Change something")}
          </Button>
        </Group>
      )}
    </>
  );
}

function Correcting({ reason, onReason }: { reason: Reason; onReason: (of: Reason) => void }) {
  return (
    <>
      <Alert color="blue" title={t("A correction")}>
        {t("What you sent before stays, and this takes its place. Whoever opened it is told.")}
      </Alert>
      <Select
        label={t("Why")}
        data={REASONS}
        value={reason}
        allowDeselect={false}
        onChange={(next) => next && onReason(next as Reason)}
      />
    </>
  );
}

function Resumed({ onAnew }: { onAnew: () => void }) {
  return (
    <Group gap="sm" role="status">
      <Text size="sm">{t("You go on where you left off.")}</Text>
      <Button variant="subtle" size="compact-sm" onClick={onAnew}>
        {t("Begin anew")}
      </Button>
    </Group>
  );
}
