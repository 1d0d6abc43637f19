import { PasswordInput, Progress, Stack, Text } from "@mantine/core";
import { useId } from "react";
import { t } from "./language.ts";
import { judgeStrength, SHORTEST } from "./strength.ts";

type Typed = { readonly first: string; readonly second: string };
export const NOTHING_TYPED: Typed = { first: "", second: "" };
const COLORS = ["red", "orange", "yellow", "teal"] as const;

/** Whether a new passphrase may be used: long enough, and typed the same twice. */
export function isReady({ first, second }: Typed): boolean {
  return [...first.normalize("NFKC")].length >= SHORTEST && first === second;
}

/** Asks for a new passphrase twice, with a hint at how good it is. */
export function NewPassphrase(props: {
  label?: string;
  typed: Typed;
  onChange: (typed: Typed) => void;
}) {
  const { label = t("Passphrase"), typed, onChange } = props;
  const strength = judgeStrength(typed.first);
  const hintId = useId();
  const differs = typed.second !== "" && typed.first !== typed.second;
  return (
    <Stack gap="sm">
      <div>
        <PasswordInput
          label={label}
          description={t(
            "At least {{number}} characters. Several words are easier to remember than symbols.",
            { number: SHORTEST },
          )}
          autoComplete="new-password"
          aria-describedby={hintId}
          value={typed.first}
          onChange={(event) => onChange({ ...typed, first: event.currentTarget.value })}
        />
        <Progress
          mt="xs"
          size="sm"
          value={typed.first === "" ? 0 : (strength.level + 1) * 25}
          color={COLORS[strength.level]}
          aria-label={t("Strength of the passphrase")}
        />
        <Text id={hintId} size="sm" mt={4} mih="1.5em" role="status">
          {typed.first === "" ? "" : strength.words}
        </Text>
      </div>
      <PasswordInput
        label={t("{{label}} again", { label })}
        autoComplete="new-password"
        value={typed.second}
        error={differs ? t("The two do not match") : undefined}
        onChange={(event) => onChange({ ...typed, second: event.currentTarget.value })}
      />
    </Stack>
  );
}
