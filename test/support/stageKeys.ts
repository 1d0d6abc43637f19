// Keys for a server that belong to the stage's verifiers.
import { keyOf, trapdoorOf } from "../contracts/trapdoor.ts";

export const STAGE_KEYS = {
  "eligibility-8": keyOf(trapdoorOf(8)),
  "eligibility-32": keyOf(trapdoorOf(32)),
  semaphore: keyOf(trapdoorOf(20, 4)),
};
