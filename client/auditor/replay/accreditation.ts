// Who holds which role, who governs, which dictionaries and circuits there are. Mirrors
// contracts/Accreditation.sol and CircuitRegistry.sol.
import { ZeroAddress } from "ethers";
import { type Capability, due, expect, type Handlers } from "./handler.ts";
import { ROLES } from "./state.ts";

const KNOWN_ROLES: readonly number[] = Object.values(ROLES);

const handlers = {
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

  CircuitRegistered(replay, event) {
    const { circuits } = replay.world;
    const { circuit, ...rest } = event.args;
    expect(replay, event, !circuits.has(circuit), "key/twice", `circuit ${rest.name} again`);
    circuits.set(circuit, { ...rest, place: event.place });
  },
} satisfies Handlers;

export const accreditation = {
  handlers,
  begin: () => ({
    owner: "",
    accredited: new Map(),
    dictionaries: new Map(),
    circuits: new Map(),
  }),
  expectations: ({ owner, accredited, dictionaries, circuits }) => [
    due("Accreditation", "owner", [], [owner]),
    due("Accreditation", "dictionaryVersion", [], [newest(dictionaries.keys())]),
    ...[...accredited.keys()].map((key) => {
      const [role, account] = key.split(" ");
      return due("Accreditation", "isAccredited", [Number(role), account], [true]);
    }),
    ...[...circuits].flatMap(([id, { keyHash, verifier }]) => [
      due("CircuitRegistry", "keyHashOf", [id], [keyHash]),
      due("CircuitRegistry", "verifierOf", [id], [verifier]),
    ]),
  ],
} satisfies Capability<"owner" | "accredited" | "dictionaries" | "circuits">;

function newest(versions: Iterable<bigint>): bigint {
  return [...versions].reduce((a, b) => (b > a ? b : a), 0n);
}
