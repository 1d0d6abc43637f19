// A clinic that acts through a contract account (ERC-1271): its keys change, its records stay.
import { ContractFactory, type Interface } from "ethers";
import { describe, expect, test } from "vitest";
import { registryLeafOf } from "../../circuits/statement/encoding/tree.ts";
import { type Actor, expectRefusal, number, ROLE } from "../support/world.ts";
import { compileSolidity } from "./compile.ts";
import { attest, pathToLeaf } from "./registry.ts";
import { openWorld } from "./scene.ts";

/** The least of an account: one key at a time, which signs and sends. */
const SOURCE = `// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

contract Account {
    address public key;

    constructor(address key_) {
        key = key_;
    }

    function rotate(address next) external {
        require(msg.sender == key);
        key = next;
    }

    function isValidSignature(bytes32 hash, bytes calldata s) external view returns (bytes4) {
        bool valid = ecrecover(hash, uint8(s[64]), bytes32(s[:32]), bytes32(s[32:64])) == key;
        return valid ? bytes4(0x1626ba7e) : bytes4(0);
    }

    function run(address to, bytes calldata data) external {
        require(msg.sender == key);
        (bool done, bytes memory said) = to.call(data);
        if (!done) assembly { revert(add(said, 32), mload(said)) }
    }
}`;

const world = await openWorld();
const { abi, bytecode } = compileSolidity("Account", SOURCE);
const factory = new ContractFactory(abi, bytecode, world.actors.anyone as never);
const deployed = await (await factory.deploy(world.actors.site.address)).waitForDeployment();
const clinic = await deployed.getAddress();
await world.as("governance").accreditation.accredit(ROLE.clinic, clinic, "Clinic with an account");

type Account = {
  rotate(next: string): Promise<unknown>;
  run(to: string, data: string): Promise<unknown>;
};
const account = (by: Actor) => deployed.connect(world.actors[by] as never) as unknown as Account;
const records = () => world.as("anyone").records;
const leafOf = (name: string) => registryLeafOf(number(name), clinic);

/** A call of the registry by the account. */
const run = (by: Actor, name: string, args: readonly unknown[]) => {
  const data = (records().interface as Interface).encodeFunctionData(name, args);
  return account(by).run(world.deployment.addresses.RecordRegistry, data);
};
/** Anchors a record with a signature by somebody's key, in the account's name. */
async function anchorSigned(name: string, by: Actor) {
  const deadline = BigInt((await world.now()) + 100);
  const commitment = number(name);
  const signature = await attest(world, { commitment, deadline, by, clinic });
  return records().anchorSigned(commitment, clinic, deadline, signature);
}

describe("a clinic with a contract account", () => {
  test("has its records anchored by its key's signature, as its own", async () => {
    await anchorSigned("a", "site");
    expect(await records().anchoredBy(leafOf("a"))).toBe(clinic);
    expect(await records().slotsOf(clinic)).toBe(1n);
  });

  test("rotates its key: the old one is refused, and no record is issued again", async () => {
    await anchorSigned("a", "site");
    await account("site").rotate(world.actors.otherSite.address);
    await expectRefusal(anchorSigned("b", "site"), "InvalidSignature");
    await anchorSigned("b", "otherSite");
    expect(await records().anchoredBy(leafOf("a"))).toBe(clinic);
    const shown = await records().root();
    expect(await records().isKnownRoot(shown)).toBe(true);
    // The new key revokes what the old one signed.
    const path = await pathToLeaf(world, leafOf("a"));
    await expect(run("site", "revoke", [number("a"), path])).rejects.toThrow();
    await run("otherSite", "revoke", [number("a"), path]);
    expect(await records().isKnownRoot(shown)).toBe(false);
  });

  test("anchors, replaces, bars and revokes by calls of the account", async () => {
    const zero = `0x${"00".repeat(32)}`;
    await run("site", "anchorBatch", [number("batch"), 7, zero, ""]);
    await run("site", "replace", [number("batch"), number("next"), 6, zero, "", []]);
    const last = [number("next"), number("last"), 5, zero, "", [], [number("left out")]];
    await run("site", "replaceAndVoid", last);
    await run("site", "revokeEarly", [number("early")]);
    await run("site", "revoke", [number("last"), []]);
    const tombstone = await records().tombstoneOf(leafOf("last"));
    await run("site", "anchorInto", [tombstone, number("again"), 1, zero, "", []]);
    expect(await records().liveLeavesOf(clinic)).toBe(1n);
  });

  test("is refused a stranger's signature, and one by its key in the key's own name", async () => {
    await expectRefusal(anchorSigned("a", "anyone"), "InvalidSignature");
    const deadline = BigInt((await world.now()) + 100);
    const commitment = number("a");
    const signature = await attest(world, { commitment, deadline, by: "site" });
    const send = records().anchorSigned(commitment, clinic, deadline, signature);
    await expectRefusal(send, "InvalidSignature");
  });
});
