// A clinic that governance voids, seen through the server: no screening until its leaves are cleared.
import { describe, expect, test } from "vitest";
import { buildTree, pathOf, registryLeafOf } from "../../circuits/statement/encoding/tree.ts";
import { connect } from "../../client/api/api.ts";
import { personOf, screeningOf } from "../contracts/story.ts";
import { KEYS } from "../support/chain.ts";
import { openServed } from "../support/served.ts";
import { screenThrough, submit } from "../support/stage.ts";
import { number } from "../support/world.ts";

const { stage, server } = await openServed();
const api = connect({ url: server.url });

const leafOf = (name: string, clinic: "clinic" | "otherClinic") =>
  registryLeafOf(number(name), stage.actors[clinic].address);

/** The state once it shows what is expected. */
async function stateWith(blocked: boolean) {
  await expect.poll(async () => (await api.recordsState()).blocked).toBe(blocked);
  return api.recordsState();
}

describe("a clinic that governance voids", () => {
  test("stops every screening at once, also against older roots, until anybody cleared it", async () => {
    const { actors, world, story } = stage;
    const governance = world.as("governance");
    await world.as("otherClinic").records.anchor(number("of the bad clinic"));
    await world.as("clinic").records.anchor(number("of the good clinic"));
    const inFlight = (await screeningOf(story, personOf(story, "in flight"))).proof;
    const older = (await api.recordsState()).roots[0]!.root;
    await governance.accreditation.deaccredit(1, actors.otherClinic.address);
    await governance.records.voidClinic(actors.otherClinic.address);

    const blocked = await stateWith(true);
    const bad = actors.otherClinic.address.toLowerCase();
    expect(blocked.clinics.find(({ address }) => address === bad)).toMatchObject({ voided: true });
    const before = await stage.chain.provider.getTransactionCount(KEYS.relayer.address);
    const [part] = inFlight.parts;
    for (const recordsRoot of [part!.recordsRoot, older]) {
      const proof = { ...inFlight, parts: [{ ...part, recordsRoot }] };
      expect((await submit(server, "submitScreening", proof)).code).toBe("UnknownRoot");
    }
    expect(await stage.chain.provider.getTransactionCount(KEYS.relayer.address)).toBe(before);

    // The siblings are looked up now, not when governance decided.
    const leaves = blocked.leaves.map(({ value }) => value);
    const index = leaves.indexOf(leafOf("of the bad clinic", "otherClinic"));
    const { siblings } = pathOf(buildTree(leaves), index);
    await world.as("anyone").records.clearLeaf(leaves[index]!, siblings);
    const cleared = await stateWith(false);
    expect(cleared.leaves[index]).toMatchObject({ kind: "revoked", batchRoot: null });
    // The roots of before stay void.
    const answer = await submit(server, "submitScreening", inFlight);
    expect(answer.code).toBe("UnknownRoot");
    const settled = await screenThrough(server, story, personOf(story, "afterwards"));
    expect(settled).toMatchObject({ state: "FINAL" });
  });
});
