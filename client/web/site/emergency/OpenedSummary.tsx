import { Alert, Badge, Card, Code, Group, List, Stack, Text, Title } from "@mantine/core";
import { formatDay } from "../../../../circuits/statement/encoding/day.ts";
import type { Collection } from "../../../../circuits/statement/exchange/collection.ts";
import { REFUSALS } from "../../../../circuits/statement/refusal.ts";
import type { OpenedPackage } from "../../../exchange/dataset/opened.ts";
import { shownWords } from "../../../exchange/shown.ts";
import { formatCount, formatDate, sentence, withDates } from "../../shared/format.ts";
import { ResponseView } from "../../shared/questionnaire/ResponseView.tsx";
import type { Opened } from "./opening.ts";

type Props = { readonly opened: Opened; readonly collections: readonly Collection[] };

/** What was opened, for reading now: it is gone with the page. */
export function OpenedSummary({ opened, collections }: Props) {
  const { caseId, packages, omissions } = opened;
  return (
    <section aria-labelledby="opened">
      <Title order={2} size="h4" id="opened" mb="sm">
        Case {String(caseId)}
      </Title>
      <Stack>
        <Alert color="yellow" title="The person and the board have been told">
          The ethics board has to close this case within 7 days: write down for it what you did.
          What is shown here is kept nowhere, and is gone when you leave the page.
        </Alert>
        {packages.map((one) => (
          <OnePackage
            key={one.deposited.entry.ciphertextHash}
            one={one}
            collections={collections}
          />
        ))}
        {packages.length === 0 && <Text>Nothing could be opened.</Text>}
        {omissions.length > 0 && (
          <Alert color="orange" title={`${formatCount(omissions.length)} not opened`}>
            <List size="sm">
              {omissions.map(({ entry, code }) => (
                <List.Item key={entry}>
                  {code in REFUSALS
                    ? sentence(REFUSALS[code as keyof typeof REFUSALS].meaning)
                    : code}
                </List.Item>
              ))}
            </List>
          </Alert>
        )}
      </Stack>
    </section>
  );
}

type OneProps = { readonly one: OpenedPackage; readonly collections: readonly Collection[] };

function OnePackage({ one: { payload }, collections }: OneProps) {
  const { entry, content } = payload;
  const collection = collections.find(({ id }) => id === entry.collection);
  return (
    <Card padding="md">
      <Group justify="space-between" mb="xs">
        <Title order={3} size="h5">
          {collection?.title ?? entry.collection}
        </Title>
        <Badge variant="default">{formatDate(formatDay(entry.day))}</Badge>
      </Group>
      {"facts" in content && (
        <List size="sm">
          {content.facts
            .map((fact) => withDates(shownWords(fact)))
            .map((line) => (
              <List.Item key={line} className="breakable">
                {line}
              </List.Item>
            ))}
        </List>
      )}
      {"resource" in content && (
        <ResponseView
          questionnaire={
            collection !== undefined && "questionnaire" in collection
              ? collection.questionnaire
              : undefined
          }
          response={content.resource}
        />
      )}
      {"resources" in content && (
        <Code block className="breakable" tabIndex={0}>
          {JSON.stringify(content.resources, null, 1)}
        </Code>
      )}
    </Card>
  );
}
