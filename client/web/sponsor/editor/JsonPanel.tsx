// The trial file as text. It and the form are one draft: either writes the other.
import { Alert, Anchor, Stack, Text, Textarea } from "@mantine/core";
import { useRef } from "react";
import type { Problem } from "../../../../circuits/statement/criteria/problem.ts";
import type { Draft } from "../draft/draft.tsx";
import { problemText } from "./editing.tsx";
import classes from "./JsonPanel.module.css";

type Props = {
  readonly draft: Draft;
  readonly problems: readonly Problem[];
  readonly onText: (text: string) => void;
};

export function JsonPanel({ draft, problems, onText }: Props) {
  const area = useRef<HTMLTextAreaElement>(null);
  const { text, syntax, lineOf } = draft;
  const showLine = (line: number) => {
    const field = area.current;
    if (field === null) return;
    const lines = text.split("\n");
    const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    field.focus();
    field.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
    field.scrollTop = Math.max(0, (line - 4) * (field.scrollHeight / lines.length));
  };
  return (
    <Stack gap="xs">
      <Textarea
        ref={area}
        label="Trial file (JSON)"
        value={text}
        spellCheck={false}
        autoCapitalize="off"
        autoCorrect="off"
        wrap="off"
        classNames={{ input: classes.text! }}
        onChange={(event) => onText(event.currentTarget.value)}
      />
      {syntax && (
        <Alert color="red" title={`Line ${syntax.line} is not JSON`} role="alert">
          <Text size="sm">
            Here {syntax.message}. The form waits until the text can be read again.
          </Text>
          <Anchor component="button" type="button" size="sm" onClick={() => showLine(syntax.line)}>
            Go to line {syntax.line}
          </Anchor>
        </Alert>
      )}
      {!syntax && problems.length > 0 && (
        <Stack component="ul" gap={6} aria-label="Problems by line" m={0} pl="md">
          {problems.map((problem) => {
            const line = lineOf(problem.path);
            return (
              <li key={`${problem.path} ${problem.message}`}>
                <Text size="sm" className="breakable">
                  <Anchor component="button" type="button" onClick={() => showLine(line)}>
                    Line {line}
                  </Anchor>{" "}
                  <Text span ff="monospace" size="xs">
                    {problem.path}
                  </Text>
                  : {problemText(problem)}
                </Text>
              </li>
            );
          })}
        </Stack>
      )}
    </Stack>
  );
}
