import { TypedDataEncoder, verifyTypedData, Wallet } from "ethers";
import { describe, expect, it } from "vitest";
import { FORWARDER_NAME } from "../../circuits/statement/trial/forward.ts";
import { signForwardRequest } from "../../client/actor/chain.ts";

const signer = new Wallet(`0x${"17".repeat(32)}`);
const forwarder = { chainId: 31_337, address: `0x${"66".repeat(20)}` };
const call = {
  to: `0x${"77".repeat(20)}`,
  data: "0x1234",
  nonce: 3n,
  gas: 100_000n,
  deadline: 2_000,
};

/** The type as OpenZeppelin's ERC2771Forwarder hashes it. */
const TYPES = {
  ForwardRequest: [
    ["from", "address"],
    ["to", "address"],
    ["value", "uint256"],
    ["gas", "uint256"],
    ["nonce", "uint256"],
    ["deadline", "uint48"],
    ["data", "bytes"],
  ].map(([name, type]) => ({ name: name!, type: type! })),
};

describe("a forward request", () => {
  it("is signed for the forwarder that is deployed, in OpenZeppelin's type", async () => {
    expect(TypedDataEncoder.from(TYPES).encodeType("ForwardRequest")).toBe(
      "ForwardRequest(address from,address to,uint256 value,uint256 gas,uint256 nonce,uint48 deadline,bytes data)",
    );
    const request = await signForwardRequest({ signer, forwarder, ...call });
    const domain = {
      name: FORWARDER_NAME,
      version: "1",
      chainId: forwarder.chainId,
      verifyingContract: forwarder.address,
    };
    const { signature, ...signed } = request;
    const recovered = verifyTypedData(domain, TYPES, { ...signed, nonce: 3n }, signature);
    expect(recovered).toBe(signer.address);
    expect(signed).toMatchObject({ from: signer.address, value: 0n, to: call.to });
  });

  it("is another for every other nonce, chain and forwarder", async () => {
    const signatures = await Promise.all([
      signForwardRequest({ signer, forwarder, ...call }),
      signForwardRequest({ signer, forwarder, ...call, nonce: 4n }),
      signForwardRequest({ signer, forwarder: { ...forwarder, chainId: 1 }, ...call }),
      signForwardRequest({ signer, forwarder: { ...forwarder, address: call.to }, ...call }),
    ]);
    expect(new Set(signatures.map(({ signature }) => signature)).size).toBe(4);
  });
});
