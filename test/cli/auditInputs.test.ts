// A document key that opens nothing is told before the audit, and one that opens something is not.
import { expect, test } from "vitest";
import type { Told } from "../../client/auditor/server/serverState.ts";
import { refuseUselessKey } from "../../client/cli/auditInputs.ts";
import { sealDocument } from "../../client/trial/seal.ts";

const documentKey = "granite otter lantern plum";
const version = (isSealed: boolean, content: string | null) => ({
  terms: { isSealed },
  documents: { document: content === null ? null : { content } },
});
const told = (...versions: object[]) => ({ trials: [{ state: { versions } }] }) as unknown as Told;
const refused = (of: Told, flags: object) =>
  refuseUselessKey(of, flags).then(
    () => undefined,
    (error: Error) => error.message,
  );

test("a document key is refused only when it opens none of the sealed texts", async () => {
  const [own, other] = await Promise.all(
    [documentKey, "another one altogether"].map((key) => sealDocument("{}", key)),
  );
  const open = version(false, "{}");
  const [ours, theirs] = [version(true, own!), version(true, other!)];
  expect(await refused(told(open, theirs), { documentKey })).toContain("opens none");
  expect(await refused(told(version(true, null)), { documentKey })).toContain("opens none");
  expect(await refused(told(theirs, ours), { documentKey })).toBeUndefined();
  expect(await refused(told(open), { documentKey })).toBeUndefined();
  expect(await refused(told(theirs), {})).toBeUndefined();
  // It may be meant for the file.
  expect(await refused(told(theirs), { documentKey, criteria: ["x"] })).toBeUndefined();
});
