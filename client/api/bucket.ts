// Buckets of re-issued records (client/handover/mailbox.ts makes and opens them). A wallet fetches the whole
// bucket that its record was put into at first issue: which bucket is all that its URL tells.
import { Refusal } from "../../circuits/statement/refusal.ts";
import { refusal, toRefusal } from "./refusal.ts";
import { ApiError, sendRepeatedly, type Transport } from "./transport.ts";
import { ServerUnavailable } from "./unavailable.ts";

/** Most bytes of a bucket. */
const MAX_BUCKET_BYTES = 16 * 2 ** 20;

/** Which one: a clinic's address and a number from 0. */
export type Bucket = { readonly clinic: string; readonly bucket: number };

function pathOf({ clinic, bucket }: Bucket): string {
  return `/records/${clinic.toLowerCase()}/${bucket}`;
}

/**
 * Uploads a bucket in place of the one before. Needs the clinic's session. Refuses with `TooLarge`,
 * `NotSignedIn`, `NotAllowed` or `NotAccredited`.
 */
export async function uploadBucket(
  transport: Transport,
  { bytes, ...at }: Bucket & { readonly bytes: Uint8Array },
): Promise<void> {
  if (bytes.length > MAX_BUCKET_BYTES) throw new Refusal("TooLarge", { limit: MAX_BUCKET_BYTES });
  const { token } = transport;
  const headers = {
    "content-type": "application/octet-stream",
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  const init = { method: "PUT", body: new Uint8Array(bytes), headers };
  const response = await sendRepeatedly({ transport, path: pathOf(at), repeatable: true, init });
  if (response.ok) return;
  const answer = refusal.safeParse(await response.json().catch(() => undefined));
  if (answer.success) throw toRefusal(answer.data);
  throw new ApiError({ message: `bucket: HTTP ${response.status}`, code: "BAD_REQUEST" });
}

/** A bucket's bytes; undefined when there is none. */
export async function downloadBucket(
  transport: Transport,
  at: Bucket,
): Promise<Uint8Array | undefined> {
  const init = { method: "GET", headers: {} };
  const response = await sendRepeatedly({ transport, path: pathOf(at), repeatable: true, init });
  if (response.status === 204 || response.status === 404) return undefined;
  if (!response.ok) {
    throw new ApiError({ message: `bucket: HTTP ${response.status}`, code: "BAD_REQUEST" });
  }
  try {
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (bytes.length <= MAX_BUCKET_BYTES) return bytes;
  } catch {
    throw new ServerUnavailable("the bucket broke off");
  }
  // A mirror may be anybody.
  throw new Refusal("TooLarge", { limit: MAX_BUCKET_BYTES });
}
