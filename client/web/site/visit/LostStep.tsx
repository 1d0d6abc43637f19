import { PasswordInput, Select } from "@mantine/core";
import type { SiteParticipant } from "../../../site/roster.ts";
import { isReplaceable, needsCode } from "../../../site/succession.ts";
import { STATE_WORDS } from "../data/words.ts";
import { Step } from "./Step.tsx";

type Props = {
  readonly participants: readonly SiteParticipant[];
  readonly value: bigint | undefined;
  readonly onChange: (pseudonym: bigint | undefined) => void;
  readonly code: string;
  readonly onCode: (code: string) => void;
};

/**
 * Which pseudonym was this person's. Once they arrived the desk knows it; before, nothing but the code that was
 * printed when they consented.
 */
export function LostStep({ participants, value, onChange, code, onCode }: Props) {
  const chosen = participants.find(({ pseudonym }) => pseudonym === value);
  return (
    <Step
      title="Whose wallet was lost"
      text="Look the pseudonym up in your own file on this person."
    >
      <Select
        label="The lost pseudonym"
        placeholder="Type its first digits"
        searchable
        nothingFoundMessage="No such pseudonym at this site"
        data={participants.filter(isReplaceable).map(({ pseudonym, state }) => ({
          value: String(pseudonym),
          label: `${pseudonym} (${STATE_WORDS[state].toLowerCase()})`,
        }))}
        value={value === undefined ? null : String(value)}
        onChange={(picked) => onChange(picked === null ? undefined : BigInt(picked))}
      />
      {chosen !== undefined && needsCode(chosen) && (
        <PasswordInput
          label="The printed withdrawal code of the lost wallet"
          description="This participant has not arrived, so nobody here has seen whose pseudonym it is. The code was printed with their consent."
          autoComplete="off"
          value={code}
          onChange={(event) => onCode(event.currentTarget.value)}
        />
      )}
    </Step>
  );
}
