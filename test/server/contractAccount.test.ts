// A clinic whose account is a contract (ERC-1271): its keys change, its address and its records stay.
import { ContractFactory, type Wallet } from "ethers";
import { expect, test } from "vitest";
import { connect } from "../../client/api/api.ts";
import { compileSolidity } from "../contracts/compile.ts";
import { openServed } from "../support/served.ts";
import { SIGN_IN, siweMessage } from "../support/server.ts";

const { stage, server } = await openServed();

/** Stands by every signature of the owner of now, and counts nothing else. */
const ACCOUNT = `// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;
contract ClinicAccount {
    address private owner;
    constructor(address owner_) { owner = owner_; }
    function rotate(address to) external { require(msg.sender == owner); owner = to; }
    function isValidSignature(bytes32 digest, bytes calldata s) external view returns (bytes4) {
        address by = ecrecover(digest, uint8(s[64]), bytes32(s[0:32]), bytes32(s[32:64]));
        return by == owner ? this.isValidSignature.selector : bytes4(0);
    }
}`;

test("signs in by the key of now; a key that was rotated away, or a contract without a role, does not", async () => {
  const { anyone, otherClinic } = stage.actors;
  const { abi, bytecode } = compileSolidity("ClinicAccount", ACCOUNT);
  const deployed = await new ContractFactory(abi, bytecode, anyone as never).deploy(anyone.address);
  const account = await deployed.waitForDeployment();
  const address = await account.getAddress();
  const signIn = async (signer: Wallet) => {
    const message = await siweMessage(server.url, anyone, { address });
    const signature = await signer.signMessage(message);
    const { data } = await server.ask(SIGN_IN, { message, signature });
    return data.signIn;
  };
  // Nobody without a role has the node execute code of theirs.
  expect((await signIn(anyone)).code).toBe("InvalidSignature");
  const { accreditation } = stage.world.as("governance");
  await accreditation.accredit(1, address, "clinic with a contract account");
  await expect.poll(async () => (await signIn(anyone)).__typename).toBe("Session");
  await (account as unknown as { rotate: (to: string) => Promise<{ wait: () => unknown }> })
    .rotate(otherClinic.address)
    .then((sent) => sent.wait());
  expect((await signIn(anyone)).code).toBe("InvalidSignature");
  const { token } = await signIn(otherClinic);
  // And acts as the clinic that it was before.
  const api = connect({ url: server.url, token });
  await api.publishBucket({ clinic: address, bucket: 0, bytes: new Uint8Array([1, 2, 3]) });
  const read = await connect({ url: server.url }).recordBucket({ clinic: address, bucket: 0 });
  expect(read).toEqual(new Uint8Array([1, 2, 3]));
});
