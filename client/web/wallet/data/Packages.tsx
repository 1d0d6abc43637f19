import { Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import type { ParticipantCollection } from "../../../../circuits/statement/exchange/collection.ts";
import type { QuestionnaireResponse } from "../../../../circuits/statement/exchange/questionnaire.ts";
import { t } from "../../shared/language.ts";
import { useTask } from "../../shared/useTask.ts";
import { Doing } from "../Sorry.tsx";
import { AnswerDialog } from "./AnswerDialog.tsx";
import { FactsDialog } from "./FactsDialog.tsx";
import { OneCollection } from "./OneCollection.tsx";
import { useOwnActs } from "./ownData.tsx";
import { PackageDialog } from "./PackageDialog.tsx";
import type { OwnData } from "./worker/overview.ts";
import type { OwnPackage } from "./worker/packages.ts";

type Props = { readonly data: OwnData; readonly protocolNumber: string };
type Opened = Awaited<ReturnType<ReturnType<typeof useOwnActs>["open"]>>;
type Correcting = { readonly one: OwnPackage; readonly before: QuestionnaireResponse | undefined };

/** What was sent and when, and who opened it, collection by collection; each can be opened here. */
export function Packages({ data, protocolNumber }: Props) {
  const { open } = useOwnActs(protocolNumber);
  const task = useTask();
  const [opened, setOpened] = useState<Opened>();
  const [correcting, setCorrecting] = useState<Correcting>();
  const look = (entry: string, then: (found: Opened) => void) =>
    void task.run(async (say) => {
      say(t("Opening it with your own key…"));
      then(await open(entry));
    });
  const correct = (one: OwnPackage) => {
    if (one.source === "record") setCorrecting({ one, before: undefined });
    else {
      look(one.entry, ({ payload: { content } }) => {
        if ("resource" in content) setCorrecting({ one, before: content.resource });
      });
    }
  };
  const groups = [...Map.groupBy(data.packages, ({ collection }) => collection)];
  const collectionOf = (id: string | undefined) => data.collections.find((one) => one.id === id);
  return (
    <section aria-labelledby="packages">
      <Title order={2} size="h4" mb="sm" id="packages">
        {t("What was sent")}
      </Title>
      {groups.length > 0 && (
        <Text size="sm" c="dimmed" mb="sm" maw={720}>
          {t(
            "To open or correct one, this device fetches it: the exchange can see which one, and so that this connection is yours. It cannot read it. Looking at this page tells it nothing.",
          )}
        </Text>
      )}
      <Doing task={task} />
      {groups.length === 0 && <Text c="dimmed">{t("Nothing was sent yet.")}</Text>}
      <Stack gap="lg">
        {groups.map(([id, packages]) => (
          <OneCollection
            key={id}
            {...{ id, packages, collection: collectionOf(id) }}
            onOpen={(entry) => look(entry, setOpened)}
            onCorrect={correct}
          />
        ))}
      </Stack>
      {opened && (
        <PackageDialog
          {...{ protocolNumber, ...opened }}
          collection={collectionOf(opened.payload.entry.collection)}
          onClose={() => setOpened(undefined)}
        />
      )}
      {correcting && (
        <CorrectDialog
          {...{ protocolNumber, correcting }}
          collection={collectionOf(correcting.one.collection)}
          onClose={() => setCorrecting(undefined)}
        />
      )}
    </section>
  );
}

type CorrectProps = {
  readonly protocolNumber: string;
  readonly correcting: Correcting;
  readonly collection: OwnData["collections"][number] | undefined;
  readonly onClose: () => void;
};

/** Answers again, or the record's facts again: a new entry that takes the place of the old one. */
function CorrectDialog({ protocolNumber, correcting, collection, onClose }: CorrectProps) {
  const { one, before } = correcting;
  const of = { protocolNumber, onClose };
  if (collection?.source === "record") {
    return <FactsDialog {...of} collection={collection} corrects={one.entry} />;
  }
  if (collection?.source !== "participant" || before === undefined) return null;
  const answers: ParticipantCollection = collection;
  const corrects = { entry: one.entry, before };
  return <AnswerDialog {...of} collection={answers} day={one.day} corrects={corrects} />;
}
