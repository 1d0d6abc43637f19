import { Alert, Code, Group, Stack, Table, Text } from "@mantine/core";
import { IconFileAlert } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Problem } from "../../../clinic/problem.ts";
import { formatCount } from "../../shared/format.ts";

const MOST_SHOWN = 200;
const OF_CHARTS =
  "A record is made from a whole chart or not at all. Correct these in the source and export it again.";

/** Everything that is wrong with files, each with its place and never a value. */
export function ProblemList(props: {
  problems: readonly Problem[];
  /** What to do about them. */
  text?: string;
  children?: ReactNode;
}) {
  const { problems, text = OF_CHARTS, children } = props;
  const shown = problems.slice(0, MOST_SHOWN);
  return (
    <Alert
      color="yellow"
      role="alert"
      icon={<IconFileAlert aria-hidden />}
      title={
        problems.length === 1
          ? "This could not be read"
          : `${formatCount(problems.length)} things could not be read`
      }
    >
      <Stack gap="sm">
        <Text size="sm">{text}</Text>
        <Table.ScrollContainer minWidth={420} maxHeight={360}>
          <Table verticalSpacing="xs" aria-label="What could not be read">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Where</Table.Th>
                <Table.Th>What</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {shown.map(({ path, reason }) => (
                <Table.Tr key={`${path} ${reason}`}>
                  <Table.Td>
                    <Code className="breakable">{path}</Code>
                  </Table.Td>
                  <Table.Td className="breakable">{reason}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
        {problems.length > shown.length && (
          <Text size="sm">and {formatCount(problems.length - shown.length)} more.</Text>
        )}
        {children !== undefined && <Group>{children}</Group>}
      </Stack>
    </Alert>
  );
}
