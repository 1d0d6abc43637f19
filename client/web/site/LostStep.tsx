import { Select } from "@mantine/core";
import type { SiteParticipant } from "../../site/roster.ts";
import { Step } from "./Step.tsx";
import { STATE_WORDS } from "./words.ts";

type Props = {
  readonly participants: readonly SiteParticipant[];
  readonly value: bigint | undefined;
  readonly onChange: (pseudonym: bigint | undefined) => void;
};

/** States that a pseudonym can be retired from. */
const LIVE = ["eligible", "pending-on-study", "on-study"];

/** Which pseudonym was this person's: the site's own file says it, nothing else can. */
export function LostStep({ participants, value, onChange }: Props) {
  return (
    <Step
      title="Whose wallet was lost"
      text="Look the pseudonym up in your own file of this person."
    >
      <Select
        label="The lost pseudonym"
        placeholder="Type its first digits"
        searchable
        nothingFoundMessage="No such pseudonym at this site"
        data={participants
          .filter(({ state }) => LIVE.includes(state))
          .map(({ pseudonym, state }) => ({
            value: String(pseudonym),
            label: `${pseudonym} (${STATE_WORDS[state].toLowerCase()})`,
          }))}
        value={value === undefined ? null : String(value)}
        onChange={(chosen) => onChange(chosen === null ? undefined : BigInt(chosen))}
      />
    </Step>
  );
}
