import { Badge, Button, Card, Group, Menu, SegmentedControl, Stack, Text } from "@mantine/core";
import { IconDots, IconUsers } from "@tabler/icons-react";
import { useRef, useState } from "react";
import type { SiteParticipant } from "../../../site/roster.ts";
import { Empty } from "../../shared/Empty.tsx";
import { formatCount, formatTime, shorten } from "../../shared/format.ts";
import type { SiteData, SitePlace } from "../data/useSite.ts";
import { STATE_COLOURS, STATE_WORDS } from "../data/words.ts";
import { ActDialog } from "./ActDialog.tsx";
import { ACTS, type ActName, actsFor, DESK_ACTS } from "./siteActs.ts";

const VIEWS = {
  expected: ["pending-on-study"],
  "on study": ["on-study"],
  all: undefined,
} as const satisfies Record<string, readonly string[] | undefined>;
type View = keyof typeof VIEWS;

/** A site's participants by pseudonym. Who they are only the site's own file says. */
export function Roster({ data, place }: { data: SiteData; place: SitePlace }) {
  const [view, setView] = useState<View>("expected");
  const [chosen, setChosen] = useState<{ name: ActName; participant: SiteParticipant }>();
  const asker = useRef<HTMLElement | null>(null);
  const close = () => {
    setChosen(undefined);
    asker.current?.focus();
  };
  const { participants } = data.roster;
  const states: readonly string[] | undefined = VIEWS[view];
  const shown = participants
    .filter(({ state }) => states?.includes(state) ?? true)
    .sort((a, b) => (a.expectedBy ?? 0) - (b.expectedBy ?? 0));
  return (
    <section aria-label="Participants">
      <SegmentedControl
        aria-label="Which participants"
        mb="md"
        value={view}
        onChange={(value) => setView(value as View)}
        data={[
          { value: "expected", label: "Expected" },
          { value: "on study", label: "On study" },
          { value: "all", label: `All ${formatCount(participants.length)}` },
        ]}
      />
      {shown.length === 0 ? (
        <Empty icon={IconUsers} title={view === "all" ? "Nobody yet" : `Nobody is ${view}`}>
          People appear here once they have consented and named this site; the sponsor enrolls them.
        </Empty>
      ) : (
        <Stack component="ul" gap="xs" p={0} m={0} aria-label="Pseudonyms">
          {shown.map((participant) => (
            <ParticipantCard
              key={String(participant.pseudonym)}
              participant={participant}
              now={data.downloads.deployment.chainTime}
              acts={actsFor(participant, data.downloads.deployment.chainTime).filter(
                (name) => data.isOwn || (data.isDesk && DESK_ACTS.includes(name)),
              )}
              onAct={(name, from) => {
                asker.current = from;
                setChosen({ name, participant });
              }}
            />
          ))}
        </Stack>
      )}
      {chosen !== undefined && <ActDialog {...chosen} data={data} place={place} onClose={close} />}
    </section>
  );
}

type CardProps = {
  readonly participant: SiteParticipant;
  readonly now: number;
  readonly acts: readonly ActName[];
  /** `from` has the focus back when the question is answered. */
  readonly onAct: (name: ActName, from: HTMLElement | null) => void;
};

function ParticipantCard({ participant, now, acts, onAct }: CardProps) {
  const { pseudonym, state, onHold, expectedBy, arrivedAt } = participant;
  const isLate = expectedBy !== undefined && expectedBy < now;
  return (
    <Card component="li" padding="md">
      <Group justify="space-between" gap="sm">
        <Stack gap={0} miw={0}>
          <Text ff="monospace" fw={600} title={String(pseudonym)}>
            {shorten(pseudonym, 10)}
          </Text>
          {expectedBy !== undefined && (
            <Text size="sm" c={isLate ? "red" : "dimmed"}>
              {isLate ? "Was to arrive by" : "To arrive by"} {formatTime(expectedBy)}
            </Text>
          )}
          {arrivedAt !== undefined && (
            <Text size="sm" c="dimmed">
              Arrived {formatTime(arrivedAt)}
            </Text>
          )}
        </Stack>
        <Group gap="xs">
          {onHold && state !== "withdrawn" && <Badge color="yellow">On hold</Badge>}
          <Badge color={STATE_COLOURS[state]} size="lg">
            {STATE_WORDS[state]}
          </Badge>
          {acts.length > 0 && <ActMenu acts={acts} onAct={onAct} pseudonym={pseudonym} />}
        </Group>
      </Group>
    </Card>
  );
}

function ActMenu(props: Pick<CardProps, "acts" | "onAct"> & { pseudonym: bigint }) {
  const { acts, onAct, pseudonym } = props;
  const button = useRef<HTMLButtonElement>(null);
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          ref={button}
          variant="default"
          size="compact-md"
          leftSection={<IconDots size={16} aria-hidden />}
          aria-label={`Record about ${shorten(pseudonym, 10)}`}
        >
          Record
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {acts.map((name) => (
          <Menu.Item key={name} onClick={() => onAct(name, button.current)}>
            {ACTS[name].label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
