import { Progress, Table, Text, Title } from "@mantine/core";
import { formatCount } from "../../shared/format.ts";

const MOST = 12;

export type Bar = { readonly label: string; readonly count: number };
type Props = {
  readonly title: string;
  readonly bars: readonly Bar[];
  /** What a full bar stands for; without it the largest one. */
  readonly most?: number;
};

/** A small plot whose numbers stand beside it: read by eyes and by screen readers alike. */
export function Bars({ title, bars, most: full = 1 }: Props) {
  const most = Math.max(full, ...bars.map(({ count }) => count));
  const others = bars.length - MOST;
  return (
    <section aria-label={title}>
      <Title order={4} size="h6" mb={4} className="breakable">
        {title}
      </Title>
      <Table withRowBorders={false} verticalSpacing={2} aria-label={title}>
        <Table.Tbody>
          {bars.slice(0, MOST).map(({ label, count }) => (
            <Table.Tr key={label}>
              <Table.Th scope="row" fw={400} w="40%" className="breakable">
                {label}
              </Table.Th>
              <Table.Td>
                <Progress value={(count / most) * 100} aria-hidden />
              </Table.Td>
              <Table.Td w={72} className="numbers">
                {formatCount(count)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {others > 0 && (
        <Text size="xs" c="dimmed">
          and {formatCount(others)} more
        </Text>
      )}
    </section>
  );
}
