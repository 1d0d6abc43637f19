import { Button, Group, Text, ThemeIcon } from "@mantine/core";
import type { AuditEvent } from "../../api/event.ts";
import { formatTime, shorten } from "../shared/format.ts";
import classes from "./Auditor.module.css";
import { wordsOf } from "./eventWords.ts";

type Props = {
  readonly event: AuditEvent;
  readonly onOpen: () => void;
  /** Shows one participant's events only. */
  readonly onFollow: (pseudonym: string) => void;
};

/** One event: what, who, when, and the ways on. */
export function EventRow({ event, onOpen, onFollow }: Props) {
  const { icon: Icon, says, by, kind } = wordsOf(event);
  const { pseudonym } = event.arguments;
  return (
    <div className={classes.event} data-event={event.name}>
      <ThemeIcon variant="light" size={36} radius="xl" aria-hidden>
        <Icon size={20} />
      </ThemeIcon>
      <div>
        <Text fw={500} className="breakable">
          {says}
        </Text>
        <Text size="sm" c="dimmed" className="breakable">
          {formatTime(event.blockTime)} · by {by} · block {event.blockNumber}, transaction{" "}
          <Text span ff="monospace" size="xs" title={event.transactionHash}>
            {shorten(event.transactionHash)}
          </Text>
        </Text>
      </div>
      <Group gap={4}>
        {pseudonym !== undefined && (
          <Button
            variant="subtle"
            size="compact-sm"
            onClick={() => onFollow(pseudonym)}
            aria-label={`Only participant ${shorten(pseudonym)}`}
          >
            {shorten(pseudonym)}
          </Button>
        )}
        <Button
          variant="default"
          size="compact-sm"
          onClick={onOpen}
          aria-label={`Details: ${kind}, block ${event.blockNumber}`}
        >
          Details
        </Button>
      </Group>
    </div>
  );
}
