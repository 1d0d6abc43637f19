import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { type FormEvent, type ReactNode, useRef, useState } from "react";
import { enabledItems } from "../../../../circuits/statement/exchange/form/enabled.ts";
import type { Item } from "../../../../circuits/statement/exchange/form/item.ts";
import {
  answersIn,
  checkResponse,
  type Questionnaire,
  type QuestionnaireResponse,
} from "../../../../circuits/statement/exchange/questionnaire.ts";
import {
  finishResponse,
  withAnswer,
} from "../../../../circuits/statement/exchange/questionnaireDraft.ts";
import { t } from "../language.ts";
import { faultsOf } from "./faults.ts";
import { type ItemState, QuestionnaireItems } from "./QuestionnaireItems.tsx";

type Props = {
  readonly questionnaire: Questionnaire;
  /** Unfinished: from `startResponse`, or what was kept of an earlier time. */
  readonly value: QuestionnaireResponse;
  readonly onChange: (value: QuestionnaireResponse) => void;
  /** With a response that `checkResponse` finds nothing wrong with. */
  readonly onFinish: (response: QuestionnaireResponse) => void;
  /** What finishing does: "Sign and deposit". */
  readonly finishLabel: string;
  readonly isBusy?: boolean;
  /** More buttons beside that one. */
  readonly children?: ReactNode;
};

/**
 * A questionnaire to be filled in. It says what is wrong with an answer when its field was left, and what is missing only
 * when somebody wants to finish; then it goes to the first place that needs a look.
 */
export function QuestionnaireForm(props: Props) {
  const { questionnaire, value, finishLabel, isBusy = false, children } = props;
  const form = useRef<HTMLFormElement>(null);
  const { enabled, open, stateOf, finish, problem } = useFilling(props);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    const first = finish();
    if (first !== undefined) focusItem(form.current, first);
  };
  return (
    // The browser's own checks would say it in other words, and one at a time.
    <form
      ref={form}
      onSubmit={submit}
      noValidate
      aria-label={questionnaire.title ?? t("Questions")}
    >
      <Stack gap="lg">
        {questionnaire.description !== undefined && (
          <Text className="breakable" maw={720} style={{ whiteSpace: "pre-wrap" }}>
            {questionnaire.description}
          </Text>
        )}
        <QuestionnaireItems items={questionnaire.item} enabled={enabled} stateOf={stateOf} />
        <div role="status">
          {open > 0 && (
            <Text size="sm" c="var(--mantine-color-error)">
              {open === 1
                ? t("One answer needs a look.")
                : t("{{open}} answers need a look.", { open })}
            </Text>
          )}
        </div>
        {problem !== undefined && (
          <Alert color="red" role="alert" title={t("This cannot be finished")}>
            {problem}
          </Alert>
        )}
        <Group>
          <Button type="submit" loading={isBusy}>
            {finishLabel}
          </Button>
          {children}
        </Group>
        {value.status === "in-progress" && (
          <Text size="xs" c="dimmed">
            {t("Answers marked with a star are needed. Nothing is sent before you finish.")}
          </Text>
        )}
      </Stack>
    </form>
  );
}

/** What was left, what cannot be read yet, and whether somebody wanted to finish. */
function useFilling({ questionnaire, value, onChange, onFinish }: Props) {
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [unread, setUnread] = useState<ReadonlyMap<string, string>>(new Map());
  const [isChecked, setChecked] = useState(false);
  const [problem, setProblem] = useState<string>();
  const answers = answersIn(value.item ?? []);
  const enabled = enabledItems(questionnaire.item, answers);
  const faults = faultsOf(questionnaire, value);
  const wrong = new Set([...faults.keys(), ...unread.keys()]);
  const stateOf = (item: Item): ItemState => {
    const { linkId } = item;
    const fault = faults.get(linkId);
    const isSaid = isChecked || (left.has(linkId) && fault?.isMissing === false);
    const isUnreadSaid = isChecked || left.has(linkId);
    return {
      value: answers.get(linkId),
      fault: (isUnreadSaid ? unread.get(linkId) : undefined) ?? (isSaid ? fault?.text : undefined),
      onChange: (next) => {
        setProblem(undefined);
        const changed = withAnswer(questionnaire, value, { linkId, value: next });
        const asked = enabledItems(questionnaire.item, answersIn(changed.item ?? []));
        // A field that goes takes along what was half typed in it.
        setUnread((before) => new Map([...before].filter(([id]) => asked.has(id))));
        onChange(changed);
      },
      onUnread: (text) => setUnread((before) => withEntry(before, linkId, text)),
      onLeave: () => setLeft((before) => new Set([...before, linkId])),
    };
  };
  /** The first item that needs a look; undefined when the response was handed over. */
  const finish = (): string | undefined => {
    setChecked(true);
    const first = [...enabled].find((linkId) => wrong.has(linkId));
    if (first !== undefined) return first;
    const now = new Date().toISOString();
    const response = finishResponse(questionnaire, value, now);
    const [fault] = checkResponse(questionnaire, response);
    if (fault === undefined) onFinish(response);
    else setProblem(`${fault.path}: ${fault.message}. ${fault.hint}`);
    return undefined;
  };
  return { enabled, open: isChecked ? wrong.size : 0, stateOf, finish, problem };
}

function withEntry(
  before: ReadonlyMap<string, string>,
  key: string,
  text: string | undefined,
): ReadonlyMap<string, string> {
  if (before.get(key) === text) return before;
  const next = new Map(before);
  if (text === undefined) next.delete(key);
  else next.set(key, text);
  return next;
}

/** Its field, or the first one in it. */
function focusItem(form: HTMLFormElement | null, linkId: string): void {
  const places = [...(form?.querySelectorAll<HTMLElement>("[data-item]") ?? [])];
  const place = places.find(({ dataset }) => dataset.item === linkId);
  place?.querySelector<HTMLElement>("input, textarea, select, button")?.focus();
}
