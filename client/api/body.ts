// A body that is read to a limit: whoever answers without end, or says a smaller length than it sends, fills no memory.
import { Refusal } from "../../circuits/statement/refusal.ts";

/** The whole body. Refuses with `TooLarge` beyond so many bytes; throws as the connection does when it breaks off. */
export async function readAtMost(response: Response, limit: number): Promise<Uint8Array> {
  const tooLarge = () => new Refusal("TooLarge", { limit });
  if (Number(response.headers.get("content-length") ?? 0) > limit) {
    await response.body?.cancel();
    throw tooLarge();
  }
  const reader = response.body?.getReader();
  if (reader === undefined) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > limit) {
      await reader.cancel();
      throw tooLarge();
    }
    chunks.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
