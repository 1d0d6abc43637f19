// Leaving a trial: by the printed code, and by proof, with a wallet that guardians brought back.
import { expect } from "vitest";
import { PROTOCOL, type Stage } from "./story.ts";

const GUARDIANS = ["aunt's ten letters", "brother's ten letters", "friend's ten letters"];

/** Ben leaves by his code, Ann with the wallet that two of her guardians bring back. */
export async function leavingStory(
  stage: Stage,
  { bensCode, annsPseudonym }: { bensCode: string; annsPseudonym: string },
): Promise<void> {
  const { ok, no, wallet } = stage;
  const byCode = ["patient", "withdraw-by-code", PROTOCOL];
  const mistyped = bensCode.replace(/.$/, (c) => (c === "0" ? "1" : "0"));
  expect(await no(...byCode, mistyped)).toBe("WrongCode");
  process.env.COHORT_WITHDRAWAL_CODE = bensCode;
  await ok(...byCode);
  delete process.env.COHORT_WITHDRAWAL_CODE;
  expect((await ok("patient", "status", PROTOCOL, ...wallet("ben"))).state).toBe("withdrawn");
  expect(await no("patient", "withdraw", PROTOCOL, ...wallet("cat"))).toBe("NotParticipating");
  await ok("patient", "withdraw", PROTOCOL, ...(await bringBackAnn(stage)));
  const after = await ok("sponsor", "trial", PROTOCOL);
  expect(after.participants).toEqual({ withdrawn: 2 });
  expect(await no("site", "complete", PROTOCOL, "1", annsPseudonym)).toBe("WrongState");
  expect(await no("site", "withdraw", PROTOCOL, "1", "123456")).toBe("UnknownParticipant");
}

/** A wallet with Ann's pseudonym and nullifier, out of two shares and public state. */
async function bringBackAnn({ ok, wallet, file }: Stage): Promise<string[]> {
  tell(GUARDIANS);
  const shared = await ok("patient", "guardians", file("shares"), ...wallet("ann"));
  tell([GUARDIANS[2]!, GUARDIANS[1]!]);
  const back = ["--wallet", file("ann-back.age")];
  const [, second, third] = shared.files;
  const recovered = await ok("patient", "recover", third, second, "--code", shared.code, ...back);
  tell([]);
  expect(recovered).toMatchObject({ trials: [PROTOCOL], leftAside: [], notes: [] });
  const status = ["patient", "status", PROTOCOL];
  const { state, onHold, siteId } = await ok(...status, ...wallet("ann"));
  expect(state).toBe("on-study");
  expect(await ok(...status, ...back)).toMatchObject({ state, onHold, siteId, records: [] });
  return back;
}

/** Says what opens the shares, by their place among those that are made or brought. */
function tell(secrets: readonly string[]): void {
  for (const [i] of GUARDIANS.entries()) delete process.env[`COHORT_SHARE_${i + 1}`];
  for (const [i, secret] of secrets.entries()) process.env[`COHORT_SHARE_${i + 1}`] = secret;
}
