// What went wrong, in the words of the library: a refusal says what to do next by itself.
import { Alert, Button, Group, Text } from "@mantine/core";
import { IconAlertTriangle, IconCloudOff, IconHandStop } from "@tabler/icons-react";
import { Refusal } from "../../../circuits/statement/refusal.ts";
import { ServerUnavailable } from "../../api/unavailable.ts";
import { sentence } from "./format.ts";
import { nameMissing } from "./missingPart.ts";

type Props = {
  readonly problem: unknown;
  readonly retry?: () => void;
  readonly retryLabel?: string;
};

/** An error state. Screen readers announce it. */
export function Problem({ problem, retry, retryLabel = "Try again" }: Props) {
  const { title, text, icon: Icon, color } = wordsOf(problem);
  return (
    <Alert color={color} title={title} icon={<Icon aria-hidden />} role="alert" my="sm">
      <Group justify="space-between" align="flex-end" gap="sm">
        <Text size="sm" className="breakable">
          {text}
        </Text>
        {retry && (
          <Button variant="default" size="xs" onClick={retry}>
            {retryLabel}
          </Button>
        )}
      </Group>
    </Alert>
  );
}

/** Title and text of anything thrown. */
export function wordsOf(thrown: unknown) {
  const problem = nameMissing(thrown);
  if (problem instanceof Refusal) {
    return {
      title: "Not possible",
      text: sentence(problem.message),
      icon: IconHandStop,
      color: "yellow",
    };
  }
  if (problem instanceof ServerUnavailable) {
    const text = "The exchange is not answering. Nothing is lost; try again in a moment.";
    return { title: "No connection", text, icon: IconCloudOff, color: "gray" };
  }
  const text =
    problem instanceof Error ? sentence(problem.message) : "Something unexpected happened.";
  return { title: "That did not work", text, icon: IconAlertTriangle, color: "red" };
}
