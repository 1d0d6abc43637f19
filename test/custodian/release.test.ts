// What a custodian lets go, and everything that it refuses, each by its name.
import { getBytes, verifyTypedData } from "ethers";
import { describe, expect, test } from "vitest";
import { hpke } from "../../circuits/statement/exchange/package.ts";
import { CUSTODIAN_TYPES, custodianDomain } from "../../circuits/statement/exchange/receipt.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { ROLES } from "../../circuits/statement/trial/trial.ts";
import { release } from "../../custodian/answers/release.ts";
import { CHAIN_ID, CODE, consent, signAct, state, withdrawalOf } from "../contracts/story.ts";
import { bytes32, REASON } from "../support/world.ts";
import {
  anchor,
  asked,
  CUSTODIANS,
  deposit,
  openCustodian,
  openScene,
  outcomes,
  request,
  type Scene,
  seal,
} from "./stage.ts";

const NO_PATH = bytes32("no sibling");
/** A point of small order: every secret agreed with it is zero. */
const SMALL_ORDER = `0x01${"00".repeat(31)}`;

/** Answers for Ada's and Ben's packages. */
const both = ({ custodian, asking, packages }: Scene) => outcomes(custodian, asking, packages);

describe("what is covered", () => {
  test("is released to the request's key and to no other, with a receipt", async () => {
    const { custodian, asking, packages, pair, world, adas } = await openScene();
    const [first, second] = await release(custodian, asking, packages);
    if (first === undefined || second === undefined || "code" in first || "code" in second) {
      throw new Error("not released");
    }
    const info = new TextEncoder().encode("cohort-zero/release/1");
    const open = async (recipientKey: CryptoKey, aad: string) => {
      const enc = getBytes(first.enc);
      const opener = await hpke.createRecipientContext({ recipientKey, enc, info });
      return new Uint8Array(await opener.open(getBytes(first.body), getBytes(aad)));
    };
    expect((await open(pair.privateKey, adas.hash)).length).toBe(17);
    const other = await hpke.kem.generateKeyPair();
    await expect(open(other.privateKey, adas.hash)).rejects.toThrow();
    await expect(open(pair.privateKey, second.entry)).rejects.toThrow();
    const domain = custodianDomain(CHAIN_ID, world.deployment.addresses.CustodyLog);
    const signer = verifyTypedData(domain, CUSTODIAN_TYPES.Receipt, first.receipt, first.signature);
    expect(signer).toBe(CUSTODIANS[0]!.address);
    expect([first.receipt.number, second.receipt.number]).toEqual([1n, 2n]);
    expect(first.receipt.entry).toBe(adas.hash);
  });

  test("refusals have receipts, too, and the same one as of the same block", async () => {
    const { custodian, asking, packages } = await openScene();
    const wrong = packages.map((one) => ({ ...one, path: [NO_PATH] }));
    const [first] = await release(custodian, asking, wrong);
    const [again] = await release(custodian, asking, wrong);
    expect(first).toMatchObject({ code: "NotInCut", receipt: { number: 1n } });
    expect(again?.receipt).toEqual(first?.receipt);
    expect(custodian.receipts.newest).toBe(2);
  });

  test("more than a hundred packages are refused as a whole", async () => {
    const { custodian, asking, packages } = await openScene();
    const many = Array.from({ length: 101 }, () => packages[0]!);
    await expect(release(custodian, asking, many)).rejects.toMatchObject({ code: "TooLarge" });
  });
});

describe("requests", () => {
  test("one that does not exist, or in another registry", async () => {
    const { custodian, asking, packages, world } = await openScene();
    const unknown = { ...asking, requestId: 7n };
    expect(await outcomes(custodian, unknown, packages)).toEqual(Array(2).fill("UnknownRequest"));
    const foreign = { ...asking, registry: world.deployment.addresses.Enrollment.toLowerCase() };
    expect(await outcomes(custodian, foreign, packages)).toEqual(Array(2).fill("UnknownRequest"));
  });

  test("one that has ended: by the chain's time, and by the custodian's clock", async () => {
    const scene = await openScene();
    const { world, asking, packages } = scene;
    const late = (await world.now()) + 3_700;
    const slow = await openCustodian(scene.stage, { clock: () => late });
    expect(await outcomes(slow, asking, packages)).toEqual(Array(2).fill("RequestEnded"));
    await world.travel(3_700);
    await world.mine();
    expect(await both(scene)).toEqual(Array(2).fill("RequestEnded"));
  });

  test("one whose sponsor lost its accreditation", async () => {
    const scene = await openScene();
    const { world } = scene;
    const accreditation = world.as("governance").accreditation;
    await accreditation.deaccredit(ROLES.sponsor, world.actors.sponsor.address);
    expect(await both(scene)).toEqual(Array(2).fill("NotAccredited"));
  });

  test("a custodian that lost its own accreditation answers nothing", async () => {
    const scene = await openScene();
    const accreditation = scene.world.as("governance").accreditation;
    await accreditation.deaccredit(ROLES.custodian, CUSTODIANS[0]!.address);
    expect(await both(scene)).toEqual(Array(2).fill("NotAccredited"));
  });

  test("a recipient's key with which no secret can be agreed", async () => {
    const scene = await openScene();
    const { stage, custodian, cut, packages } = scene;
    const { asking } = await request(stage, cut.cutId, { key: SMALL_ORDER });
    expect(await outcomes(custodian, asking, packages)).toEqual(
      Array(2).fill("RecipientKeyInvalid"),
    );
  });
});

describe("packages", () => {
  test("an entry that nobody knows", async () => {
    const { custodian, asking, packages } = await openScene();
    const unknown = { ...packages[0]!, entry: bytes32("no entry") };
    expect(await outcomes(custodian, asking, [unknown])).toEqual(["UnknownEntry"]);
  });

  test("one that is not on the chain yet", async () => {
    const { stage, custodian, all, ada, ben } = await openScene();
    const waiting = await deposit(stage, all, ada, { sequence: 2 });
    const cut = await seal(stage, [ada, ben], [waiting]);
    const { asking } = await request(stage, cut.cutId);
    const one = await asked(custodian, waiting, cut.pathOf(0));
    expect(await outcomes(custodian, asking, [one])).toEqual(["EntryNotAnchored"]);
    await anchor(stage);
    expect(await outcomes(custodian, asking, [one])).toEqual(["Released"]);
  });

  test("a path of another package, or none", async () => {
    const { custodian, asking, packages } = await openScene();
    const [ada, ben] = packages as [(typeof packages)[0], (typeof packages)[0]];
    const swapped = { ...ada, path: ben.path, index: ben.index };
    expect(await outcomes(custodian, asking, [swapped])).toEqual(["NotInCut"]);
    expect(await outcomes(custodian, asking, [{ ...ada, path: [], index: 0 }])).toEqual([
      "NotInCut",
    ]);
  });

  test("somebody who is under the cut's root but not among its people", async () => {
    const { stage, custodian, adas, bens, ada } = await openScene();
    const cut = await seal(stage, [ada], [adas, bens]);
    const { asking } = await request(stage, cut.cutId);
    const one = await asked(custodian, bens, cut.pathOf(1));
    expect(await outcomes(custodian, asking, [one])).toEqual(["NotInCut"]);
  });

  test("an entry that needs another permission than the cut was sealed for", async () => {
    const { stage, custodian, all, ada } = await openScene();
    const contact = await deposit(stage, all, ada, { collection: "calls", permission: 0b100 });
    await anchor(stage);
    const cut = await seal(stage, [ada], [contact]);
    const { asking } = await request(stage, cut.cutId);
    const one = await asked(custodian, contact, cut.pathOf(0));
    expect(await outcomes(custodian, asking, [one])).toEqual(["OtherPermission"]);
  });

  test("an entry that needs no permission: none is not all", async () => {
    const { stage, custodian, all, ada } = await openScene();
    const free = await deposit(stage, all, ada, { collection: "free", permission: 0 });
    await anchor(stage);
    const cut = await seal(stage, [ada], [free]);
    const { asking } = await request(stage, cut.cutId);
    const one = await asked(custodian, free, cut.pathOf(0));
    expect(await outcomes(custodian, asking, [one])).toEqual(["OtherPermission"]);
  });

  test("a stanza moved to another pseudonym's package, or to another number's", async () => {
    const { stage, custodian, all, ada, asking, packages } = await openScene();
    const [own, bens] = packages as [(typeof packages)[0], (typeof packages)[0]];
    const moved = { ...bens, stanza: own.stanza };
    expect(await outcomes(custodian, asking, [moved])).toEqual(["StanzaDoesNotOpen"]);
    const second = await deposit(stage, all, ada, { sequence: 2 });
    await anchor(stage);
    const cut = await seal(stage, [ada], [second]);
    const requested = await request(stage, cut.cutId);
    const one = { ...(await asked(custodian, second, cut.pathOf(0))), stanza: own.stanza };
    expect(await outcomes(custodian, requested.asking, [one])).toEqual(["StanzaDoesNotOpen"]);
  });

  test("a stanza of another custodian, and one that is none", async () => {
    const { custodian, others, asking, adas, cut, packages } = await openScene();
    const foreign = await asked(others[0]!, adas, cut.pathOf(0));
    const none = { ...packages[0]!, stanza: { enc: "0x", commitment: "0x", body: "0x00" } };
    expect(await outcomes(custodian, asking, [foreign, none])).toEqual([
      "StanzaDoesNotOpen",
      "StanzaDoesNotOpen",
    ]);
  });

  test("one that was corrected, also while the correction waits", async () => {
    const scene = await openScene();
    const { stage, all, ada, adas } = scene;
    await deposit(stage, all, ada, { sequence: 2, replaces: adas.hash, correction: 1 });
    expect(await both(scene)).toEqual(["Superseded", "Released"]);
    await anchor(stage);
    expect(await both(scene)).toEqual(["Superseded", "Released"]);
  });
});

describe("people", () => {
  test("a withdrawal in the block before counts at once; the others are released", async () => {
    const scene = await openScene();
    const { world, trialId, ada } = scene;
    await world.as("anyone").enrollment.withdrawByCode(trialId, ada.pseudonym, CODE);
    expect(await both(scene)).toEqual(["Withdrawn", "Released"]);
  });

  test("also in a block that is not final yet", async () => {
    const { stage, world, trialId, ada, asking, packages } = await openScene();
    for (let i = 0; i < 5; i++) await world.mine();
    const patient = await openCustodian(stage, { finality: 4 });
    const before = await outcomes(patient, asking, packages);
    await world.as("anyone").enrollment.withdrawByCode(trialId, ada.pseudonym, CODE);
    // The keys of another folder open nothing: that far they came.
    expect(before).toEqual(["StanzaDoesNotOpen", "StanzaDoesNotOpen"]);
    expect(await outcomes(patient, asking, packages)).toEqual(["Withdrawn", "StanzaDoesNotOpen"]);
  });

  test("a withdrawal by proof, and one at the site", async () => {
    const scene = await openScene();
    const { world, story, ada, ben } = scene;
    await state(story, ada, withdrawalOf(story, { sequence: 9n }));
    const { act, signature } = await signAct(story, "Withdrawal", { pseudonym: ben.pseudonym });
    await world.as("anyone").enrollment.withdrawBySite(act, signature);
    expect(await both(scene)).toEqual(["Withdrawn", "Withdrawn"]);
  });

  test("a permission that was taken back", async () => {
    const scene = await openScene();
    await consent(scene.story, scene.ada, { permissions: 0b001, sequence: 2n });
    const { asking } = await request(scene.stage, scene.cut.cutId);
    expect(await outcomes(scene.custodian, asking, scene.packages)).toEqual([
      "PermissionNotGiven",
      "Released",
    ]);
  });

  test("a version in force that asks for a new consent, which one of them has given", async () => {
    const scene = await openScene();
    const { story, ben } = scene;
    await story.publish({ ...story.published[0]!, requiresReconsent: true });
    await story.approve(2);
    await consent(story, ben, { sequence: 2n });
    const { asking } = await request(scene.stage, scene.cut.cutId);
    expect(await outcomes(scene.custodian, asking, scene.packages)).toEqual(["OnHold", "Released"]);
  });

  test("a trial that its board stopped: nobody is released", async () => {
    const scene = await openScene();
    await scene.world.as("board").trials.suspend(scene.trialId, REASON);
    expect(await both(scene)).toEqual(["TrialOnHold", "TrialOnHold"]);
  });

  test("an erasure while the request is open: refused at once, then the key is gone", async () => {
    const scene = await openScene();
    const { world, custodian, trialId, ada } = scene;
    await world.as("anyone").custody.eraseByCode(trialId, ada.pseudonym, CODE);
    // By the code one withdraws as well, and that is named first.
    expect(await both(scene)).toEqual(["Withdrawn", "Released"]);
    await custodian.catchUp();
    const { pseudonym } = ada;
    expect(custodian.store.sealedKey({ trialId, pseudonym })).toBeUndefined();
    expect(await custodian.keys.open({ trialId, pseudonym })).toBeUndefined();
  });

  test("a key that this folder does not have", async () => {
    const scene = await openScene();
    const { custodian, trialId, ada } = scene;
    custodian.store.destroyKeys([{ trialId, pseudonym: ada.pseudonym }]);
    expect(await both(scene)).toEqual(["NoCustodianKey", "Released"]);
  });
});

test("without room for a receipt nothing goes out", async () => {
  const scene = await openScene();
  scene.custodian.store.addReceipts = () => {
    throw new Refusal("StorageUnavailable");
  };
  await expect(both(scene)).rejects.toMatchObject({ code: "StorageUnavailable" });
});
