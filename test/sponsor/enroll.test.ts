// Who could not be enrolled is said with the chain's reason, and the others are.
import { Wallet } from "ethers";
import { describe, expect, it } from "vitest";
import { REFUSALS, type RefusalCode } from "../../circuits/statement/refusal.ts";
import type { Actor } from "../../client/actor/actor.ts";
import { enroll } from "../../client/sponsor/enroll.ts";
import { interfaceOf } from "../../contracts/connect.ts";

const SENT = "0x01";
const selectorOf = (name: string) => interfaceOf("Enrollment").getError(name)!.selector;

/** A sponsor at a server that relays everything, where these were skipped. */
function sponsorWith(skipped: readonly { pseudonym: bigint; reason: string; in?: string }[]) {
  const signer = new Wallet(`0x${"11".repeat(32)}`);
  const address = `0x${"22".repeat(20)}`;
  const deployment = {
    chainId: 31_337,
    chainTime: 1_800_000_000,
    contracts: { Enrollment: address, ERC2771Forwarder: address },
  };
  const api = {
    deployment: async () => deployment,
    account: async () => ({ forwarderNonce: 0n }),
    submit: async () => ({}),
    settle: async () => ({ transactionHash: SENT }),
    trialEvents: async () =>
      skipped.map(({ pseudonym, reason, in: transactionHash = SENT }) => ({
        name: "NotEnrolled",
        transactionHash,
        arguments: { pseudonym: String(pseudonym), reason },
      })),
  };
  return { address: signer.address, signer, api, deployment } as unknown as Actor;
}

describe("enrolling", () => {
  it.each<RefusalCode>(["TrialFull", "SiteFull", "ConsentMissing", "WrongState"])(
    "names who was skipped for %s",
    async (code) => {
      const actor = sponsorWith([{ pseudonym: 7n, reason: selectorOf(code) }]);
      const pseudonyms = [5n, 7n];
      expect(await enroll(actor, { protocolNumber: "CZ-1.1", pseudonyms })).toEqual({
        enrolled: [5n],
        skipped: [{ pseudonym: 7n, reason: REFUSALS[code].meaning }],
      });
    },
  );

  it("does not mistake an earlier skip for one of its own", async () => {
    const earlier = { pseudonym: 5n, reason: selectorOf("SiteFull"), in: "0x02" };
    const done = await enroll(sponsorWith([earlier]), {
      protocolNumber: "CZ-1.1",
      pseudonyms: [5n],
    });
    expect(done).toEqual({ enrolled: [5n], skipped: [] });
  });
});
