// Who holds which role, who governs, which dictionaries are in force. Mirrors
// contracts/Accreditation.sol.
import { ZeroAddress } from "ethers";
import { expect, type Handlers } from "./handler.ts";
import { ROLES } from "./state.ts";

const KNOWN_ROLES: readonly number[] = Object.values(ROLES);

export const accreditationHandlers: Handlers = {
  Accredited(replay, event) {
    const { role, account, name } = event.args;
    const key = `${role} ${account}`;
    const isNew = !replay.world.accredited.has(key) && KNOWN_ROLES.includes(role);
    expect(replay, event, isNew, "accreditation/order", `${account} already had role ${role}`);
    replay.world.accredited.set(key, name);
  },

  Deaccredited(replay, event) {
    const { role, account } = event.args;
    const had = replay.world.accredited.delete(`${role} ${account}`);
    expect(replay, event, had, "accreditation/order", `${account} did not have role ${role}`);
  },

  OwnershipTransferred(replay, event) {
    const { world, deployment } = replay;
    const { previousOwner, newOwner } = event.args;
    const first = world.owner === "";
    const isDue = first
      ? previousOwner === ZeroAddress && newOwner === deployment.governance.toLowerCase()
      : previousOwner === world.owner;
    const reason = `governance passed from ${previousOwner} to ${newOwner}`;
    expect(replay, event, isDue, "accreditation/owner", reason);
    world.owner = newOwner;
  },

  DictionaryRegistered(replay, event) {
    const { dictionaries } = replay.world;
    const { dictionary } = replay.deployment;
    const { version, hash } = event.args;
    const isFirst = dictionaries.size === 0;
    const isDue = isFirst
      ? Number(version) === dictionary.version && hash === dictionary.hash
      : dictionaries.has(version - 1n) && !dictionaries.has(version);
    const reason = `dictionary version ${version} with hash ${hash} is not the next one`;
    expect(replay, event, isDue, "accreditation/dictionary", reason);
    dictionaries.set(version, hash);
  },
};

export const circuitHandlers: Handlers = {
  CircuitRegistered(replay, event) {
    const { circuits } = replay.world;
    const { circuit, ...rest } = event.args;
    expect(replay, event, !circuits.has(circuit), "key/twice", `circuit ${rest.name} again`);
    circuits.set(circuit, { ...rest, place: event.place });
  },
};
