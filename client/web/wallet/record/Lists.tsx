import { Badge, Group, Stack, Text } from "@mantine/core";
import { formatDate } from "../../shared/format.ts";
import { t } from "../../shared/language.ts";
import type { Done, Lasting, Moment } from "./facts.ts";
import classes from "./Record.module.css";

const DAYS_SHOWN = 4;

/** Conditions, drugs or allergies: present ones first. */
export function LastingList(props: { items: readonly Lasting[]; now: string; past: string }) {
  const { items, now, past } = props;
  return (
    <Stack component="ul" gap={0} className={classes.list!}>
      {items.map((item) => (
        <li
          key={`${item.codes.join()} ${item.began[0]?.day} ${item.ended}`}
          className={classes.item}
        >
          <Group justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
            <Text fw={item.isActive ? 600 : 400} className="breakable">
              {item.name}
            </Text>
            <Badge color={item.isActive ? "harbour" : "gray"} style={{ flexShrink: 0 }}>
              {item.isActive ? now : past}
            </Badge>
          </Group>
          <Text size="sm" c="dimmed">
            {spanWords(item)}
          </Text>
          <Codes of={item} />
        </li>
      ))}
    </Stack>
  );
}

function spanWords({ began, ended }: Lasting): string {
  const since = began.slice(0, DAYS_SHOWN).map(momentWords).join(", ");
  const start = since === "" ? "Start date not known" : t("Since {{since}}", { since });
  return ended === undefined
    ? start
    : t("{{start}}; last known on {{ended}}", { start, ended: formatDate(ended) });
}

function momentWords({ day, isLatest }: Moment): string {
  return `${isLatest ? "on or before " : ""}${formatDate(day)}`;
}

/** Procedures or immunizations, newest first. */
export function DoneList({ items }: { items: readonly Done[] }) {
  return (
    <Stack component="ul" gap={0} className={classes.list!}>
      {items.map(({ name, codes, days }) => (
        <li key={codes.join()} className={classes.item}>
          <Text className="breakable">{name}</Text>
          <Text size="sm" c="dimmed">
            {days.slice(0, DAYS_SHOWN).map(momentWords).join(", ")}
            {days.length > DAYS_SHOWN &&
              ` ${t("and {{days}} earlier", { days: days.length - DAYS_SHOWN })}`}
          </Text>
          <Codes of={{ name, codes }} />
        </li>
      ))}
    </Stack>
  );
}

/** Nothing where the code is the name. */
function Codes({ of: { name, codes } }: { of: Pick<Done, "name" | "codes"> }) {
  if (name === codes.join(", ")) return null;
  return (
    <Text size="xs" c="dimmed">
      {codes.join(" · ")}
    </Text>
  );
}
