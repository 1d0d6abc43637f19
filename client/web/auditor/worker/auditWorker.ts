// The audit off the page's thread, under the policy that lets it reach a node of the auditor's choosing. The name is known to
// the server. The library waits for its hash function while it loads; a message that came meanwhile would be lost: so
// this listens first, and loads then.
import { MissingPart } from "../../shared/missingPart.ts";
import { toFailure } from "./failure.ts";
import type { AuditReply, Question } from "./messages.ts";

const part = () => import("./auditing.ts");

addEventListener("message", async ({ data }: MessageEvent<Question>) => {
  const loaded = await part().catch(() => undefined);
  if (loaded !== undefined) return await loaded.answer(data.id, data.verb, data.of);
  // Nothing else would tell the page, which would wait for ever.
  postMessage({ id: data.id, failed: toFailure(new MissingPart()) } satisfies AuditReply);
});
