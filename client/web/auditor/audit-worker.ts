// The audit off the page's thread, under the policy that lets it reach a node of the auditor's choosing. The name is known to
// the server. The library waits for its hash function while it loads; a message that came meanwhile would be lost: so
// this listens first, and loads then.
import type { Question } from "./messages.ts";

addEventListener("message", async ({ data }: MessageEvent<Question>) => {
  const { answer } = await import("./auditing.ts");
  await answer(data.id, data.verb, data.of);
});
