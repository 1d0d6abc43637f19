import { Button, Group, List, Modal, Stack, Text, Title } from "@mantine/core";
import type { RecordCollection } from "../../../../circuits/statement/exchange/collection.ts";
import { formatCount, withDates } from "../../shared/format.ts";
import { Loading } from "../../shared/Loading.tsx";
import { t } from "../../shared/language.ts";
import { Sorry } from "../Sorry.tsx";
import { useFacts } from "./ownData.tsx";
import { SendingState } from "./SendingState.tsx";
import { useGiving } from "./useGiving.ts";

type Props = {
  readonly protocolNumber: string;
  readonly collection: RecordCollection;
  /** The entry that this one takes the place of. */
  readonly corrects?: string | undefined;
  readonly onClose: () => void;
};

/** You are showing: each fact in words, before anything is proven. */
export function FactsDialog({ protocolNumber, collection, corrects, onClose }: Props) {
  const { data, error, isPending, refetch } = useFacts(protocolNumber, collection.id);
  const sending = useGiving(protocolNumber);
  const { isRunning } = sending.task;
  const show = () =>
    void sending
      .give({
        ...{ kind: "record", collection: collection.id },
        corrects:
          corrects === undefined ? undefined : { entry: corrects, reason: "sourceCorrected" },
      })
      .then((isDone) => isDone && onClose());
  return (
    <Modal
      opened
      onClose={onClose}
      title={collection.title}
      size="lg"
      withCloseButton={!isRunning}
      closeButtonProps={{ "aria-label": t("Close") }}
      closeOnEscape={!isRunning}
    >
      <Stack>
        <Text>{collection.why}</Text>
        {isPending && <Loading what={t("what your record would show")} h={160} />}
        {error && <Sorry problem={error} retry={() => void refetch()} />}
        {data && (
          <>
            <Part
              title={t("You are showing")}
              lines={data.words.map(withDates)}
              none="Your record shows nothing of it."
            />
            {data.left.length > 0 && (
              <Part
                title={t("Not shown")}
                lines={data.left.map(({ words, why }) => withDates(`${words}: ${why}`))}
                none=""
              />
            )}
            <Counted {...data} />
            {!isRunning && (
              <Group>
                <Button onClick={show} disabled={data.words.length === 0 || !data.budget.allows}>
                  {t("Prove, seal and send")}
                </Button>
                <Button variant="default" onClick={onClose}>
                  {t("Not now")}
                </Button>
              </Group>
            )}
          </>
        )}
        <SendingState sending={sending} />
      </Stack>
    </Modal>
  );
}

type CountedProps = Pick<NonNullable<ReturnType<typeof useFacts>["data"]>, "budget" | "days">;

/** What it costs: whoever opens it learns which screening was theirs, and it is an answer among others. */
function Counted({ budget: { used, limit, allows }, days }: CountedProps) {
  return (
    <Text size="sm" c="dimmed">
      {t(
        "Whoever opens it sees that these facts are attested, and which screening was yours. It counts as an answer to this sponsor. In {{days}} days it had answers of yours in so many other studies: {{used}}; you allow {{limit}}.",
        { days: formatCount(days), used: formatCount(used), limit: formatCount(limit) },
      )}
      {!allows && ` ${t("That is spent: wait, or raise it in the settings.")}`}
    </Text>
  );
}

type PartProps = {
  readonly title: string;
  readonly lines: readonly string[];
  readonly none: string;
};

function Part({ title, lines, none }: PartProps) {
  return (
    <section aria-label={title}>
      <Title order={3} size="h5" mb={4}>
        {title}
      </Title>
      {lines.length === 0 ? (
        <Text size="sm">{none}</Text>
      ) : (
        <List size="sm">
          {lines.map((line) => (
            <List.Item key={line} className="breakable">
              {line}
            </List.Item>
          ))}
        </List>
      )}
    </section>
  );
}
