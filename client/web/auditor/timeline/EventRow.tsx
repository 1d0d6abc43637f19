import { Anchor, Button, Group, Text, ThemeIcon } from "@mantine/core";
import { IconShieldCheck } from "@tabler/icons-react";
import { Link } from "wouter";
import type { AuditEvent } from "../../../api/event.ts";
import { formatCount, formatTime, shorten } from "../../shared/format.ts";
import { PublishedWords } from "../../shared/PublishedWords.tsx";
import classes from "../Auditor.module.css";
import { hasProof, wordsHashOf, wordsOf } from "./eventWords.ts";

type Props = {
  readonly event: AuditEvent;
  /** The timeline's address: behind a "#", one transaction of it. */
  readonly here: string;
  readonly onOpen: () => void;
  /** Shows one participant's events only. */
  readonly onFollow: ((pseudonym: string) => void) | undefined;
};

/** One event: what, who, when, and the ways on. */
export function EventRow({ event, here, onOpen, onFollow }: Props) {
  const { icon: Icon, says, by, kind } = wordsOf(event);
  const { pseudonym } = event.arguments;
  const words = event.name === "OpinionGiven" ? wordsHashOf(event) : undefined;
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
          {formatTime(event.blockTime)} · by {by} · block {formatCount(event.blockNumber)},
          transaction{" "}
          <Anchor
            component={Link}
            href={`${here}#${event.transactionHash}`}
            inherit
            ff="monospace"
            title={event.transactionHash}
          >
            {shorten(event.transactionHash)}
          </Anchor>
        </Text>
        {words !== undefined && <PublishedWords hash={words} />}
      </div>
      <Group gap={4}>
        {pseudonym !== undefined && onFollow && (
          <Button
            variant="subtle"
            size="compact-sm"
            onClick={() => onFollow(pseudonym)}
            aria-label={`Only participant ${shorten(pseudonym)}`}
          >
            {shorten(pseudonym)}
          </Button>
        )}
        {hasProof(event) && (
          <Button
            component={Link}
            href={`/proof#${event.transactionHash}`}
            variant="default"
            size="compact-sm"
            leftSection={<IconShieldCheck size={16} aria-hidden />}
            aria-label={`Verify: ${kind}, block ${event.blockNumber}`}
          >
            Verify
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
