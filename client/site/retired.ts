// Which wallets took the place of lost ones, as the chain says: a desk whose note of it was lost in
// a crash finds it there.
import type { AuditEvent } from "../api/event.ts";

/** True when this commitment was admitted in the place of that lost pseudonym. */
export function isSuccessor(
  events: readonly AuditEvent[],
  of: { lost: bigint; participantCommitment: bigint },
): boolean {
  return events.some(({ name, arguments: values }) => {
    if (name !== "Succeeded" || values.pseudonym !== of.lost.toString()) return false;
    const { successorCommitment } = JSON.parse(values.succession ?? "{}") as {
      successorCommitment?: string;
    };
    return successorCommitment === of.participantCommitment.toString();
  });
}
