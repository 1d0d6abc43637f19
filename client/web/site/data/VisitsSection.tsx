import {
  Alert,
  Badge,
  Button,
  Group,
  SegmentedControl,
  Stack,
  Table,
  Text,
  Title,
} from "@mantine/core";
import { IconCalendarCheck, IconKeyOff } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useHistoryState } from "wouter/use-browser-location";
import { formatDay } from "../../../../circuits/statement/encoding/day.ts";
import type { Due, State } from "../../../exchange/schedule.ts";
import type { TrialData } from "../../auditor/exchange/trialData.ts";
import { Empty } from "../../shared/Empty.tsx";
import { formatCount, formatDate } from "../../shared/format.ts";
import { Hash } from "../../shared/Hash.tsx";
import { FormDialog } from "./FormDialog.tsx";
import type { SitePlace } from "./useSite.ts";
import { type Rights, type Visit, visitName, visitsIn } from "./visits.ts";

const STATE_NAMES: Readonly<Record<State, readonly [name: string, color: string]>> = {
  later: ["Later", "gray"],
  open: ["Open", "blue"],
  due: ["Due", "orange"],
  missed: ["Missed", "red"],
  done: ["Done", "teal"],
  ended: ["Not expected", "gray"],
};
const SHOWN = {
  due: ["due", "open"],
  missing: ["missed"],
  done: ["done"],
} as const satisfies Record<string, readonly State[]>;
type Shown = keyof typeof SHOWN;
const PAGE = 50;

type Props = { readonly data: TrialData; readonly place: SitePlace; readonly rights: Rights };

/** Visits of the site's participants: due, missing and done; each with its form. */
export function VisitsSection({ data, place, rights }: Props) {
  const [shown, setShown] = useState<Shown>("due");
  const [most, setMost] = useState(PAGE);
  const visits = useMemo(() => visitsIn(data, place.siteId), [data, place.siteId]);
  // Whoever followed a visit's link comes for its form.
  const asked = useHistoryState<string | null>();
  const [open, setOpen] = useState<Visit | undefined>(() =>
    rights.mayDeposit
      ? visits.find((one) => isIn("due", one.due) && visitName(one) === asked)
      : undefined,
  );
  const count = (of: Shown) => visits.filter(({ due }) => isIn(of, due)).length;
  const rows = visits.filter(({ due }) => isIn(shown, due));
  return (
    <section aria-labelledby="visits">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4" id="visits">
          Visits
        </Title>
        <SegmentedControl
          aria-label="Which visits"
          value={shown}
          onChange={(value) => setShown(value as Shown)}
          data={[
            { value: "due", label: `Due (${formatCount(count("due"))})` },
            { value: "missing", label: `Missed (${formatCount(count("missing"))})` },
            { value: "done", label: `Done (${formatCount(count("done"))})` },
          ]}
        />
      </Group>
      {!rights.mayDeposit && <NoRight />}
      {rows.length === 0 ? (
        <Empty icon={IconCalendarCheck} title="No visits">
          {data.document === undefined
            ? "The trial's text is sealed or missing, so its visits cannot be read here."
            : "None of this site's participants has such a visit now."}
        </Empty>
      ) : (
        <Visits rows={rows.slice(0, most)} rights={rights} onOpen={setOpen} />
      )}
      {rows.length > most && (
        <Button variant="default" mt="sm" onClick={() => setMost(most + PAGE)}>
          Show more of {formatCount(rows.length)}
        </Button>
      )}
      {open && (
        <FormDialog data={data} place={place} visit={open} onClose={() => setOpen(undefined)} />
      )}
    </section>
  );
}

function isIn(shown: Shown, { state }: Due): boolean {
  return (SHOWN[shown] as readonly State[]).includes(state);
}

function NoRight() {
  return (
    <Alert
      color="yellow"
      icon={<IconKeyOff aria-hidden />}
      title="This account fills no forms here"
      mb="sm"
    >
      Ask whoever signs for the site to put your account into the delegation log below.
    </Alert>
  );
}

type VisitsProps = {
  readonly rows: readonly Visit[];
  readonly rights: Rights;
  readonly onOpen: (visit: Visit) => void;
};

function Visits({ rows, rights, onOpen }: VisitsProps) {
  return (
    <Table.ScrollContainer minWidth={640} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table aria-label="Visits">
        <Table.Thead>
          <Table.Tr>
            {["Participant", "Visit", "Day", "State", "Form"].map((head) => (
              <Table.Th key={head} scope="col">
                {head}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((visit) => (
            <Row key={visitName(visit)} {...{ visit, rights, onOpen }} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Row({ visit, rights, onOpen }: Omit<VisitsProps, "rows"> & { readonly visit: Visit }) {
  const { pseudonym, due } = visit;
  const [name, color] = STATE_NAMES[due.state];
  const isDone = due.state === "done";
  const may = isDone ? rights.mayCorrect : rights.mayDeposit;
  return (
    <Table.Tr>
      <Table.Td>
        <Hash value={pseudonym} label="the pseudonym" />
      </Table.Td>
      <Table.Td>
        <Stack gap={0}>
          <Text size="sm">{due.occasionTitle}</Text>
          <Text size="xs" c="dimmed">
            {due.title}
          </Text>
        </Stack>
      </Table.Td>
      <Table.Td>{formatDate(formatDay(due.day))}</Table.Td>
      <Table.Td>
        <Badge color={color}>{name}</Badge>
      </Table.Td>
      <Table.Td>
        <Button size="compact-sm" variant="default" disabled={!may} onClick={() => onOpen(visit)}>
          {isDone ? "Correct" : "Fill in"}
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}
