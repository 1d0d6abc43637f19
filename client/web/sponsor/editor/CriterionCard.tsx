// One criterion: closed, it is a sentence; open, it is a form.
import { Alert, Badge, Collapse, Group, Paper, Stack, Text, UnstyledButton } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { FORM_TITLES } from "../draft/blank.ts";
import { isObject, keyOf, type Path, partAt, pathText } from "../draft/tree.ts";
import { CriterionActions } from "./CriterionActions.tsx";
import { CriterionBody } from "./CriterionBody.tsx";
import classes from "./CriterionCard.module.css";
import { type Shape, shapeOf } from "./criterion.ts";
import { countProblems, ownProblems, problemText, useEditing } from "./editing.tsx";
import type { ListEdits } from "./useListEdits.ts";

const UNREAD = "Appears here in plain English once it is complete.";

export type CardProps = {
  readonly criterion: unknown;
  readonly path: Path;
  readonly place: { readonly index: number; readonly count: number };
  readonly edits: ListEdits;
  readonly isNested: boolean;
};

export function CriterionCard(props: CardProps) {
  const { criterion, path, place, edits, isNested } = props;
  const { check, fresh } = useEditing();
  const head = useRef<HTMLButtonElement>(null);
  const bodyId = useId();
  const isFresh = isObject(criterion) && fresh.current === keyOf(criterion);
  const [isOpen, setOpen] = useState(isFresh);
  useEffect(() => {
    if (!isFresh) return;
    fresh.current = undefined;
    head.current?.focus();
  }, [isFresh, fresh]);
  const shape = shapeOf(criterion, path);
  const name = pathText(path);
  const title = titleOf(criterion, shape, place.index);
  const inner = shape.is === "leaf" ? pathText(shape.path) : name;
  const words =
    check.english.get(name) ?? check.english.get(inner) ?? (isNested ? undefined : UNREAD);
  const wrong = countProblems(check.problems, [name]);
  const moveByKeys = (event: KeyboardEvent) => {
    if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    edits.move(place.index, event.key === "ArrowUp" ? -1 : 1);
  };
  return (
    // Moving by Alt and arrows works wherever the focus is inside; the buttons do the same.
    <Paper
      className={isNested ? classes.nested : classes.card}
      data-invalid={wrong > 0 || undefined}
      data-path={name}
      onKeyDown={moveByKeys}
    >
      <Group gap="xs" wrap="nowrap" align="flex-start" justify="space-between">
        <UnstyledButton
          ref={head}
          className={classes.head}
          aria-expanded={isOpen}
          aria-controls={bodyId}
          onClick={() => setOpen(!isOpen)}
        >
          <Head isOpen={isOpen} title={title} wrong={wrong} words={words} />
        </UnstyledButton>
        <CriterionActions {...props} shape={shape} title={title} />
      </Group>
      <Collapse expanded={isOpen} id={bodyId}>
        {isOpen && (
          <Stack gap="sm" pt="sm">
            <CriterionBody {...props} shape={shape} />
            <Problems path={name} shape={shape} />
          </Stack>
        )}
      </Collapse>
    </Paper>
  );
}

type HeadProps = {
  readonly isOpen: boolean;
  readonly title: string;
  /** How many problems are in it. */
  readonly wrong: number;
  /** What it says, in plain English. */
  readonly words: string | undefined;
};

function Head({ isOpen, title, wrong, words }: HeadProps) {
  return (
    <Group gap={6} wrap="nowrap" align="flex-start">
      {isOpen ? (
        <IconChevronDown size={18} aria-hidden className={classes.chevron} />
      ) : (
        <IconChevronRight size={18} aria-hidden className={classes.chevron} />
      )}
      <Stack gap={2} miw={0}>
        <Group gap={6}>
          <Text fw={600} size="sm" className="breakable">
            {title}
          </Text>
          {wrong > 0 && (
            <Badge color="red" size="sm">
              {wrong === 1 ? "1 problem" : `${wrong} problems`}
            </Badge>
          )}
        </Group>
        {words !== undefined && (
          <Text size="sm" c="dimmed" className="breakable">
            {words}
          </Text>
        )}
      </Stack>
    </Group>
  );
}

/** What is wrong with this criterion; parts inside of it show theirs. */
function Problems({ path, shape }: { path: string; shape: Shape }) {
  const { check } = useEditing();
  const children =
    shape.is === "list"
      ? Array.from({ length: 200 }, (_, i) => `${pathText(shape.listPath)}[${i}]`)
      : shape.is === "not"
        ? [pathText(shape.path)]
        : [];
  const own = ownProblems(check.problems, path, children);
  const notes = ownProblems(check.warnings, path, children);
  if (own.length + notes.length === 0) return null;
  return (
    <Stack gap={6}>
      {own.map((problem) => (
        <Alert key={`${problem.path} ${problem.message}`} color="red" py="xs">
          {problemText(problem)}
        </Alert>
      ))}
      {notes.map((note) => (
        <Alert key={`${note.path} ${note.message}`} color="yellow" py="xs">
          {problemText(note)}
        </Alert>
      ))}
    </Stack>
  );
}

function titleOf(criterion: unknown, shape: Shape, index: number): string {
  const named = isObject(criterion) ? criterion : {};
  const id = typeof named.id === "string" ? `${named.id} ` : "";
  if (typeof named.label === "string" && named.label !== "") return `${id}${named.label}`;
  const words = wordsFor(criterion, shape);
  const fallback = shape.is === "not" ? "Not" : `Criterion ${index + 1}`;
  return `${id}${words || fallback}${shape.is === "leaf" && shape.negated ? ", absent" : ""}`;
}

/** "At least 2 of 3 parts" of a group, else the name of the form. */
function wordsFor(criterion: unknown, shape: Shape): string {
  if (shape.is === "leaf") return FORM_TITLES[shape.form];
  if (shape.is !== "list") return "";
  const parts = partAt(criterion, shape.listPath.slice(-(shape.form === "atLeast" ? 2 : 1)));
  const count = Array.isArray(parts) ? parts.length : 0;
  const of = count === 1 ? "1 part" : `${count} parts`;
  const n = partAt(criterion, ["atLeast", "n"]);
  return shape.form === "atLeast" ? `At least ${n} of ${of}` : `${FORM_TITLES[shape.form]} ${of}`;
}
