import {
  Badge,
  Button,
  Checkbox,
  Group,
  Pagination,
  Stack,
  Table,
  UnstyledButton,
  VisuallyHidden,
} from "@mantine/core";
import { IconArrowDown, IconArrowsSort, IconArrowUp } from "@tabler/icons-react";
import { useState } from "react";
import type { Participant } from "../../../api/recruitment.ts";
import { formatCount, formatTime } from "../../shared/format.ts";
import { Hash } from "../../shared/Hash.tsx";
import { permissionNames, STATE_WORDS } from "../words.ts";
import { type Column, isEnrollable, isHeld, isNoShow, type Order } from "./selection.ts";

const PAGE = 25;
const HEADS: readonly (readonly [name: string, by?: Column])[] = [
  ["Pseudonym"],
  ["State", "state"],
  ["Site", "site"],
  ["Consent", "version"],
  ["Permissions"],
  ["Last statement", "consent"],
];

type Props = {
  readonly participants: readonly Participant[];
  readonly order: Order;
  readonly onOrder: (order: Order) => void;
  readonly chosen: ReadonlySet<bigint>;
  readonly onChosen: (chosen: ReadonlySet<bigint>) => void;
  readonly onNoShow: (participant: Participant) => void;
  readonly chainTime: number;
  readonly siteName: (siteId: number) => string;
};

export function ParticipantTable(props: Props) {
  const { participants, order, onOrder } = props;
  const [page, setPage] = useState(1);
  const pages = Math.max(1, Math.ceil(participants.length / PAGE));
  const current = Math.min(page, pages);
  const shown = participants.slice((current - 1) * PAGE, current * PAGE);
  return (
    <Stack>
      <Table.ScrollContainer
        minWidth={860}
        scrollAreaProps={{ viewportProps: { tabIndex: 0, "aria-label": "Participants, scrolls" } }}
      >
        <Table verticalSpacing="sm" aria-label="Participants">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={40}>
                <VisuallyHidden>Choose</VisuallyHidden>
              </Table.Th>
              {HEADS.map(([name, by]) => (
                <HeadCell key={name} name={name} by={by} order={order} onOrder={onOrder} />
              ))}
              <Table.Th>
                <VisuallyHidden>Action</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((participant) => (
              <Row key={String(participant.pseudonym)} participant={participant} {...props} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {pages > 1 && (
        <Group justify="center">
          <Pagination
            total={pages}
            value={current}
            onChange={setPage}
            getItemProps={(item) => ({ "aria-label": `Page ${formatCount(item)}` })}
            getControlProps={(control) => ({ "aria-label": `${control} page` })}
          />
        </Group>
      )}
    </Stack>
  );
}

type HeadProps = Pick<Props, "order" | "onOrder"> & { name: string; by: Column | undefined };

function HeadCell({ name, by, order, onOrder }: HeadProps) {
  if (by === undefined) return <Table.Th>{name}</Table.Th>;
  const isSorted = order.by === by;
  const Icon = !isSorted ? IconArrowsSort : order.isDescending ? IconArrowDown : IconArrowUp;
  const sorting = order.isDescending ? "descending" : "ascending";
  return (
    <Table.Th aria-sort={isSorted ? sorting : "none"}>
      <UnstyledButton
        fw={700}
        fz="sm"
        mih={24}
        onClick={() => onOrder({ by, isDescending: isSorted && !order.isDescending })}
      >
        <Group gap={4} wrap="nowrap">
          {name}
          <Icon size={14} aria-hidden />
        </Group>
      </UnstyledButton>
    </Table.Th>
  );
}

function Row({ participant, ...props }: Props & { participant: Participant }) {
  const { chosen, onChosen, onNoShow, chainTime, siteName } = props;
  const { pseudonym, state, siteId, version, consent } = participant;
  const toggle = () => {
    const next = new Set(chosen);
    if (!next.delete(pseudonym)) next.add(pseudonym);
    onChosen(next);
  };
  const permitted = state === "withdrawn" ? [] : permissionNames(consent?.permissions ?? 0);
  return (
    <Table.Tr>
      <Table.Td>
        {isEnrollable(participant) && (
          <Checkbox
            aria-label={`Choose ${String(pseudonym).slice(0, 10)}`}
            checked={chosen.has(pseudonym)}
            onChange={toggle}
          />
        )}
      </Table.Td>
      <Table.Td style={{ whiteSpace: "nowrap" }}>
        <Hash value={pseudonym} label="the pseudonym" />
      </Table.Td>
      <Table.Td>
        <Group gap={4}>
          {STATE_WORDS[state]}
          {isHeld(participant) && <Badge color="yellow">On hold</Badge>}
        </Group>
      </Table.Td>
      <Table.Td>{siteName(siteId)}</Table.Td>
      <Table.Td>Version {formatCount(version)}</Table.Td>
      <Table.Td>{permitted.join(", ") || "none"}</Table.Td>
      <Table.Td>{consent ? formatTime(consent.recordedAt) : ""}</Table.Td>
      <Table.Td>
        {isNoShow(participant, chainTime) && (
          <Button size="compact-sm" variant="default" onClick={() => onNoShow(participant)}>
            Free the place
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
