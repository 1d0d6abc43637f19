import { Alert, Button, FileButton, Group, Stack, Text, Title } from "@mantine/core";
import { IconDownload, IconFolderOpen, IconUserQuestion } from "@tabler/icons-react";
import { useState } from "react";
import { countUnknown, type DeskMemory, writeMemory } from "../../../site/memory.ts";
import { formatCount } from "../../shared/format.ts";
import { Problem } from "../../shared/Problem.tsx";
import { saveFile } from "../../shared/save.ts";
import { readDeskMemory, takeMemory } from "../data/deskMemory.ts";
import type { SiteData, SitePlace } from "../data/useSite.ts";

const FILE_NAME = "site-memory.json";

type Read = { readonly memory: DeskMemory } | { readonly problem: unknown };

/** What this desk knows of documents, and the file in which it goes to another desk of the site. */
export function MemoryCard({ data, place }: { data: SiteData; place: SitePlace }) {
  const [read, setRead] = useState<Read>(readNow);
  const [problem, setProblem] = useState<unknown>();
  const take = async (file: File | null) => {
    if (file === null) return;
    try {
      takeMemory(await file.text());
      setProblem(undefined);
    } catch (caught) {
      setProblem(caught);
    }
    setRead(readNow());
  };
  return (
    <section aria-labelledby="memory">
      <Stack gap="sm">
        <Title order={2} size="h4" id="memory">
          Documents seen here
        </Title>
        <Text c="dimmed">
          This browser keeps a hash of each document that was admitted, so that nobody takes part
          twice under two pseudonyms, and so that you know a participant whose wallet is lost. It
          knows this desk only: somebody who goes to another site is not noticed.
        </Text>
        {"memory" in read ? (
          <Known memory={read.memory} data={data} place={place} />
        ) : (
          <Problem problem={read.problem} />
        )}
        <Group>
          {"memory" in read && (
            <Button
              variant="default"
              leftSection={<IconDownload size={16} aria-hidden />}
              onClick={() => saveFile(FILE_NAME, writeMemory(read.memory), "application/json")}
            >
              Save for another desk
            </Button>
          )}
          <FileButton accept="application/json,.json" onChange={(file) => void take(file)}>
            {(button) => (
              <Button
                {...button}
                variant="default"
                leftSection={<IconFolderOpen size={16} aria-hidden />}
              >
                Add another desk's file
              </Button>
            )}
          </FileButton>
        </Group>
        {problem !== undefined && <Problem problem={problem} />}
      </Stack>
    </section>
  );
}

type KnownProps = {
  readonly memory: DeskMemory;
  readonly data: SiteData;
  readonly place: SitePlace;
};

function Known({ memory, data, place }: KnownProps) {
  const { trialId, participants } = data.downloads.state;
  const here = participants.filter(
    ({ siteId, state }) => siteId === place.siteId && state === "on-study",
  );
  const pseudonyms = here.map(({ pseudonym }) => pseudonym);
  const unknown = countUnknown({ memory, trialId, pseudonyms });
  if (unknown === 0) {
    return <Text>This desk knows everybody who is on study here.</Text>;
  }
  return (
    <Alert
      color="yellow"
      icon={<IconUserQuestion aria-hidden />}
      title={`${formatCount(unknown)} of ${formatCount(here.length)} on study here are not known to this desk`}
    >
      They arrived at another desk. Add that desk's file: without it nobody notices when they come
      again.
    </Alert>
  );
}

function readNow(): Read {
  try {
    return { memory: readDeskMemory() };
  } catch (problem) {
    return { problem };
  }
}
