// Who may call what of the exchange, for the role matrix (roles.test.ts).
import { PERMISSIONS } from "../../circuits/statement/trial/trial.ts";
import type { ABI } from "../../contracts/generated/abi.ts";
import { type Actor, bytes32, type World } from "../support/world.ts";
import { arriveNew, consent, personOf, type Story, screen } from "./story.ts";

type Call = (by: Actor) => unknown;
type Blind = {
  readonly contract: keyof typeof ABI;
  readonly name: string;
  readonly call: Call;
  /** What must have happened before. */
  readonly given?: () => Promise<unknown>;
};
type Row = Blind & { readonly may: Actor[] };

const ZERO = `0x${"00".repeat(32)}`;
const FAR = 10_000_000_000n;

export const EXCHANGE = [
  "StaffRegistry",
  "DepositLog",
  "CutRegistry",
  "CustodyLog",
  "EmergencyAccess",
  "PersonTags",
] as const;

/** By an account: those listed, and nobody else. The trial's form offers access in an emergency. */
export function exchangeRows(world: World, story: Story): Row[] {
  const { trialId } = story;
  const { as } = world;
  const [root, key] = [bytes32("roles"), bytes32("key")];
  const custodians = ["custodian", "otherCustodian"] as Actor[];
  const { pseudonym } = personOf(story, "Roles");
  const seal = (by: Actor) => as(by).cuts.seal(trialId, 1, [pseudonym], root, 1);
  const request = async (by: Actor) =>
    as(by).cuts.request(0, root, key, (await world.now()) + 3_600);
  const breakGlass = (by: Actor) => as(by).emergency.breakGlass(trialId, pseudonym, root, key);
  const sealed = async () => {
    await arriveNew(story, "Roles");
    await seal("sponsor");
  };
  const requested = async () => {
    await sealed();
    await request("sponsor");
  };
  const permitted = async () => {
    const person = personOf(story, "Roles");
    await screen(story, person);
    const permissions = PERMISSIONS.participate | PERMISSIONS.emergency;
    await consent(story, person, { permissions });
  };
  const broken = async () => {
    await permitted();
    await breakGlass("clinician");
  };
  const custody = (name: string, may: Actor[], call: Call) => ({
    ...{ contract: "CustodyLog" as const, name, may, call },
  });
  const emergency = (name: string, may: Actor[], call: Call) => ({
    ...{ contract: "EmergencyAccess" as const, name, may, call },
  });
  const cuts = (name: string, call: Call, given: () => Promise<void>) => ({
    ...{ contract: "CutRegistry" as const, name, may: ["sponsor"] as Actor[], call, given },
  });
  return [
    {
      contract: "DepositLog",
      name: "anchor",
      may: ["operator"],
      call: (by) => as(by).deposits.anchor(root, 1),
    },
    cuts("seal", seal, async () => void (await arriveNew(story, "Roles"))),
    cuts("request", request, sealed),
    custody("anchorReceipts", custodians, (by) => as(by).custody.anchorReceipts(root, 1, 1)),
    custody("destroyed", custodians, (by) => as(by).custody.destroyed(trialId, [])),
    {
      ...custody("purged", ["sponsor"], (by) => as(by).custody.purged(0, 0, root)),
      given: requested,
    },
    {
      ...custody("acknowledge", ["sponsor"], (by) => as(by).custody.acknowledge(0, 0, root)),
      given: requested,
    },
    {
      ...custody("anchorDataset", ["sponsor"], (by) => as(by).custody.anchorDataset(0, 0, root)),
      given: requested,
    },
    { ...emergency("breakGlass", ["clinician"], breakGlass), given: permitted },
    {
      ...emergency("closeCase", ["board"], (by) => as(by).emergency.closeCase(0, root)),
      given: broken,
    },
  ];
}

/** By proof, code or signature: the sender does not matter. */
export function exchangeBlind({ as, actors }: World, { trialId }: Story): Blind[] {
  const key = actors.staff.address;
  const signed = { trialId, siteId: 1, key, salt: ZERO, deadline: FAR };
  const times = { from: 0, until: 4_000_000_000 };
  const delegation = { ...signed, tasks: 1, person: ZERO, ...times };
  const tag = { ...{ trialId, pseudonym: 1n, siteId: 1, arriveBy: 0n }, key, tag: bytes32("t") };
  const proof = { pseudonym: 1n, groupRoot: 1n, points: Array(8).fill(0n) };
  const staff = (name: string, call: Call) => ({
    ...{ contract: "StaffRegistry" as const, name, call },
  });
  const custody = (name: string, call: Call) => ({
    ...{ contract: "CustodyLog" as const, name, call },
  });
  return [
    staff("delegate", (by) => as(by).staff.delegate(delegation, ZERO)),
    staff("revoke", (by) => as(by).staff.revoke(signed, ZERO)),
    custody("eraseByProof", (by) => as(by).custody.eraseByProof(trialId, 1, proof)),
    custody("eraseByCode", (by) => as(by).custody.eraseByCode(trialId, 1n, ZERO)),
    custody("eraseBySite", (by) => as(by).custody.eraseBySite(trialId, 1n, key, FAR, ZERO)),
    {
      contract: "PersonTags",
      name: "register",
      call: (by) => as(by).tags.register({ ...tag, deadline: FAR }, ZERO),
    },
  ];
}
