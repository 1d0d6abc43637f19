// News for subscriptions. They come from the database, so that any instance can tell what another
// one did.
import type { Services } from "./context.ts";
import type { EventShape, SubmissionShape } from "./shapes.ts";
import { listEvents, newestEvent } from "./store/events.ts";

const PAGE = 100;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A trial's events from now on. */
export async function* watchTrial(
  { db, pollMs }: Services,
  trialId: string,
): AsyncGenerator<EventShape> {
  let cursor = await newestEvent(db);
  for (;;) {
    const rows = await listEvents(db, trialId, { limit: PAGE, after: cursor });
    for (const row of rows) {
      yield row.node;
      cursor = row.cursor;
    }
    if (rows.length < PAGE) await pause(pollMs);
  }
}

/** A submission now and at each change of its state, until it is final or refused. */
export async function* watchSubmission(
  { outbox, pollMs }: Services,
  id: string,
): AsyncGenerator<SubmissionShape> {
  let seen = "";
  for (;;) {
    const submission = await outbox.find(id);
    if (!submission) return;
    if (submission.state !== seen) yield submission;
    seen = submission.state;
    if (seen === "final" || seen === "refused") return;
    await pause(pollMs);
  }
}
