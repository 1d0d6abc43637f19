import { Stack, Title } from "@mantine/core";
import { IconBan, IconEdit, IconMessage, type TablerIcon } from "@tabler/icons-react";
import type { TrialVersion } from "../../api/trial.ts";
import { giveOpinion, type OpinionOnVersion } from "../../board/opinions.ts";
import { useActor } from "../shared/account.tsx";
import { ActDialog } from "./ActDialog.tsx";

type Way = {
  readonly opinion: OpinionOnVersion;
  readonly verb: (version: number) => string;
  readonly icon: TablerIcon;
  readonly text: string;
  readonly done: string;
  readonly words: string;
};

const WAYS: readonly Way[] = [
  {
    opinion: "changes-requested",
    verb: () => "Request changes",
    icon: IconEdit,
    text: "The sponsor sees what to change and publishes a new version. You can still approve or reject this one.",
    done: "The sponsor sees what you asked for.",
    words: "What to change",
  },
  {
    opinion: "rejection",
    verb: (version) => `Reject version ${version}`,
    icon: IconBan,
    text: "This version can never be approved then, and that cannot be taken back. The sponsor can publish another.",
    done: "The version is rejected.",
    words: "Why you reject it",
  },
  {
    opinion: "comment",
    verb: () => "Comment",
    icon: IconMessage,
    text: "Nothing follows from a comment: the version stays as it is.",
    done: "Your comment is published.",
    words: "Your comment",
  },
];

type Props = {
  readonly protocolNumber: string;
  readonly version: Pick<TrialVersion, "version" | "digest">;
  /** Whether the board may still reject it or ask for changes. */
  readonly isUndecided: boolean;
};

/** What the board can say of a version in words that stay. */
export function SayInWords({ protocolNumber, version, isUndecided }: Props) {
  const actor = useActor();
  const ways = WAYS.filter(({ opinion }) => isUndecided || opinion === "comment");
  return (
    <Stack gap="sm">
      <Title order={2} size="h5">
        {isUndecided ? "Or say in words" : "Say in words"}
      </Title>
      {ways.map(({ opinion, verb, ...way }) => (
        <ActDialog
          key={opinion}
          {...way}
          verb={verb(version.version)}
          act={(text) => giveOpinion(actor, { protocolNumber, version, opinion, text })}
        />
      ))}
    </Stack>
  );
}
