import { Badge } from "@mantine/core";
import {
  IconCircleCheck,
  IconEye,
  IconFlag,
  IconLock,
  IconPlayerPause,
  type TablerIcon,
} from "@tabler/icons-react";
import type { TrialStatus } from "../../../circuits/statement/trial/trial.ts";

type Look = { readonly words: string; readonly color: string; readonly icon: TablerIcon };
const LOOKS: Readonly<Record<TrialStatus, Look>> = {
  none: { words: "Unknown", color: "gray", icon: IconEye },
  "in-review": { words: "In review", color: "blue", icon: IconEye },
  active: { words: "Recruiting", color: "teal", icon: IconCircleCheck },
  "temporarily-closed-to-accrual": {
    words: "Suspended",
    color: "yellow",
    icon: IconPlayerPause,
  },
  "closed-to-accrual": { words: "Closed", color: "gray", icon: IconLock },
  completed: { words: "Completed", color: "gray", icon: IconFlag },
};

/** A trial's status in a word and a sign, never by colour alone. */
export function StatusBadge({ status }: { status: TrialStatus }) {
  const { color, icon: Icon } = LOOKS[status];
  return (
    <Badge color={color} leftSection={<Icon size={14} aria-hidden />}>
      {statusWords(status)}
    </Badge>
  );
}

export function statusWords(status: TrialStatus): string {
  return LOOKS[status].words;
}
