// The desk where there is a file system: the keys that came with this program.
import { readVerificationKey } from "../../circuits/artifacts/read.ts";
import type { Api } from "../api/api.ts";
import type { Downloads } from "../trial/review.ts";
import { deskOf } from "./desk.ts";
import type { Desk } from "./verify.ts";

/** What a site checks arrivals against: public data of now, and the program's own keys. */
export async function openDesk(
  downloads: Downloads,
  api?: Pick<Api, "trialEvents">,
): Promise<Desk> {
  const keys = {
    "eligibility-8": await readVerificationKey("eligibility-8"),
    "eligibility-32": await readVerificationKey("eligibility-32"),
  };
  return deskOf(downloads, keys, api);
}
