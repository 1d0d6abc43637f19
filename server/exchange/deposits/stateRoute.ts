// GET of /state/exchange/<trialId>, and of /state/exchange/<trialId>/<digest> for what its head names.
import type { Route } from "../../http/route.ts";
import { sendBytes, sendMissing } from "../../http/stateRoutes.ts";
import { exchangeState } from "./state.ts";

const TRIAL_ID = /^0x[0-9a-f]{64}$/;
const DIGEST = /^[0-9a-f]{64}$/;
/** What has a digest for its name never changes. */
const FOR_EVER = "public, max-age=31536000, immutable";

/** A trial's public entries. */
export const sendEntries: Route = async (at) => {
  const { services, request, response, parameter, charge } = at;
  const [trialId = "", digest, ...more] = parameter.split("/");
  if (!TRIAL_ID.test(trialId) || more.length > 0) {
    return sendMissing(response, "there is no such trial");
  }
  const state = exchangeState(services.db);
  if (digest === undefined) {
    const head = await state.head(trialId, charge);
    if (head === undefined) return sendMissing(response, "there is no such trial");
    const headers = { etag: head.etag, "cache-control": "no-cache" };
    if (request.headers["if-none-match"] === head.etag) {
      return void response.writeHead(304, headers).end();
    }
    return await sendBytes(at, headers, head);
  }
  const packed = DIGEST.test(digest) ? await state.find(trialId, digest, charge) : undefined;
  if (packed === undefined) {
    return sendMissing(response, "nothing here has this digest: ask for the head again");
  }
  const headers = { etag: `"${digest}"`, "cache-control": FOR_EVER };
  if (request.headers["if-none-match"] === headers.etag) {
    return void response.writeHead(304, headers).end();
  }
  await sendBytes(at, headers, { packed });
};
