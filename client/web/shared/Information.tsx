import { Anchor, List, Stack, Text } from "@mantine/core";
import {
  type Contact,
  INFORMATION_KEYS,
  INFORMATION_TITLES,
  type Question,
} from "../../../circuits/statement/trial/information.ts";
import type { TrialFile } from "../../../circuits/statement/trial/trialFile.ts";
import { type Fact, Facts } from "./Facts.tsx";
import { t } from "./language.ts";
import { Media } from "./Media.tsx";

type Props = {
  readonly trial: Pick<TrialFile, "information" | "sites">;
  /** With the questions on what was read and their answers: for those who review them. */
  readonly withAnswers?: boolean;
};

/** What a study asks of a person, its people and its sites, with the ways to reach them. */
export function Information({ trial: { information = {}, sites }, withAnswers = false }: Props) {
  const { contacts = [], questions = [], media = [] } = information;
  const texts = INFORMATION_KEYS.flatMap((key): Fact[] => {
    const words = information[key];
    return words === undefined
      ? []
      : [[INFORMATION_TITLES[key], <Paragraphs key={key} text={words} />]];
  });
  const people: Fact[] = contacts.map((one) => [
    one.role ?? "Whom to ask",
    <Person key={one.name} of={one} />,
  ]);
  const places = sites.flatMap((site): Fact[] =>
    site.address === undefined && site.phone === undefined
      ? []
      : [[site.name, <Reach key={site.id} of={site} />]],
  );
  const facts = [...texts, ...unrepeated(people), ...places];
  return (
    <Stack gap="sm">
      {facts.length === 0 && <Text>{t("The sponsor has written nothing about this.")}</Text>}
      <Facts facts={facts} />
      <Media media={media} />
      {withAnswers && questions.length > 0 && <Questions questions={questions} />}
    </Stack>
  );
}

/** Two people of one role are told apart: names of facts are keys. */
function unrepeated(facts: readonly Fact[]): Fact[] {
  return facts.map(([name, value], i) => {
    const before = facts.slice(0, i).filter(([other]) => other === name).length;
    return [before === 0 ? name : `${name} (${before + 1})`, value];
  });
}

function Paragraphs({ text }: { text: string }) {
  return <span style={{ whiteSpace: "pre-wrap" }}>{text}</span>;
}

function Person({ of: { name, phone, email } }: { of: Contact }) {
  return (
    <>
      {name}
      {phone !== undefined && (
        <>
          {" · "}
          <PhoneLink phone={phone} />
        </>
      )}
      {email !== undefined && (
        <>
          {" · "}
          <Anchor href={`mailto:${email}`} inherit underline="always">
            {email}
          </Anchor>
        </>
      )}
    </>
  );
}

/** A site's address and phone, as far as they are known. */
export function Reach({
  of: { address, phone },
}: {
  of: Pick<TrialFile["sites"][number], "address" | "phone">;
}) {
  return (
    <>
      {address}
      {address !== undefined && phone !== undefined && " · "}
      {phone !== undefined && <PhoneLink phone={phone} />}
    </>
  );
}

function PhoneLink({ phone }: { phone: string }) {
  return (
    <Anchor href={`tel:${phone.replace(/[^+0-9]/g, "")}`} inherit underline="always">
      {phone}
    </Anchor>
  );
}

function Questions({ questions }: { questions: readonly Question[] }) {
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">
        {t("Questions on what was read. The answers stay in the wallet.")}
      </Text>
      {questions.map(({ question, answers, right, why }) => (
        <div key={question}>
          <Text size="sm" fw={500} className="breakable">
            {question}
          </Text>
          <List size="sm">
            {answers.map((answer, i) => (
              <List.Item key={answer} className="breakable">
                {answer}
                {i === right && t(" (right)")}
              </List.Item>
            ))}
          </List>
          <Text size="sm" className="breakable">
            {why}
          </Text>
        </div>
      ))}
    </Stack>
  );
}
