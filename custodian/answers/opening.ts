// What somebody asks to open, as the chain knows it: a request for a cut, or a case of an emergency; and whether who asked
// still may.
import { SPONSOR_SITE, TASKS } from "../../circuits/statement/exchange/delegation.ts";
import type { Entry } from "../../circuits/statement/exchange/entry.ts";
import { type EntryPath, rootOfEntry } from "../../circuits/statement/exchange/entryTree.ts";
import { Refusal, type RefusalCode } from "../../circuits/statement/refusal.ts";
import { type Bytes32, PERMISSIONS, ROLES } from "../../circuits/statement/trial/trial.ts";
import type { Deployment } from "../../contracts/deployment.ts";
import type { Now } from "../chain/blocks.ts";
import { type ChainNode, isNodeTrouble } from "../chain/node.ts";

/** ANSWER_SECONDS of EmergencyAccess. */
const ANSWER_SECONDS = 86_400;

export type Asking = { readonly registry: string; readonly requestId: bigint };
export type Opening = {
  readonly trialId: Bytes32;
  readonly isEmergency: boolean;
  /** X25519. */
  readonly recipientKey: Bytes32;
  /** Why this entry is none that was asked for. */
  readonly refuse: (entry: Entry, hash: Bytes32, path: EntryPath) => RefusalCode | undefined;
  /** Why who asked may not open anything now; undefined: they may. */
  readonly requester: RefusalCode | undefined;
};

type At = {
  readonly node: ChainNode;
  readonly deployment: Deployment;
  /** This custodian's address. */
  readonly custodian: string;
};

/**
 * Finds what is asked for. Refuses with `UnknownRequest`, `RequestEnded`, and as the node does. Only the requester is
 * judged later: what is asked for comes before who asks.
 */
export async function findOpening(at: At, asking: Asking, now: Now): Promise<Opening> {
  const { CutRegistry, EmergencyAccess } = at.deployment.addresses;
  const registry = asking.registry.toLowerCase();
  if (registry === CutRegistry.toLowerCase()) return await findRequest(at, asking.requestId, now);
  if (registry === EmergencyAccess.toLowerCase()) return await findCase(at, asking.requestId, now);
  throw new Refusal("UnknownRequest");
}

async function findRequest(at: At, requestId: bigint, now: Now): Promise<Opening> {
  const { facts } = at.node;
  const request = facts.requests.get(requestId);
  const cut = request && facts.cuts.get(request.cutId);
  if (request === undefined || cut === undefined) throw new Refusal("UnknownRequest");
  if (now.seconds >= request.until) throw new Refusal("RequestEnded", { until: request.until });
  const { trialId, permission, packagesRoot, pseudonyms } = cut;
  return {
    ...{ trialId, isEmergency: false, recipientKey: request.recipientKey },
    refuse: (entry, hash, path) => {
      const isIn = entry.trialId === trialId && pseudonyms.has(entry.pseudonym);
      if (!isIn || rootOfEntry(hash, path) !== packagesRoot) return "NotInCut";
      // Consent was asked for the cut's permission: what needs another one was smuggled in.
      const isAsked = entry.permission !== 0 && (entry.permission & ~permission) === 0;
      // What people gave for emergencies is for clinicians alone, whatever a cut says.
      const isKept = entry.permission === PERMISSIONS.emergency;
      return isAsked && !isKept ? undefined : "OtherPermission";
    },
    requester: await whyNot(at, now, async (check) => {
      await check.own();
      const sponsors = await at.node.both(now, ["TrialRegistry", "sponsorOf", trialId]);
      for (const sponsor of sponsors) await check.accredited(ROLES.sponsor, String(sponsor));
      const { staff } = request;
      const task = TASKS.request;
      const call = ["StaffRegistry", "isStaff", trialId, SPONSOR_SITE, staff, task] as const;
      if ((await at.node.both(now, call)).some((is) => is !== true)) throw new Refusal("NotStaff");
    }),
  };
}

type Case = {
  readonly clinician: string;
  readonly openedAt: bigint;
  readonly isClosed: boolean;
  readonly trialId: Bytes32;
  readonly pseudonym: bigint;
  readonly recipientKey: Bytes32;
};

async function findCase(at: At, caseId: bigint, now: Now): Promise<Opening> {
  const cases = await at.node
    .both(now, ["EmergencyAccess", "caseOf", caseId])
    .catch((problem: unknown) => {
      const isUnknown = problem instanceof Refusal && problem.code === "UnknownCase";
      throw isUnknown ? new Refusal("UnknownRequest") : problem;
    });
  const found = cases[0] as Case;
  const isClosed = (cases as Case[]).some((one) => one.isClosed);
  const until = Number(found.openedAt) + ANSWER_SECONDS;
  if (isClosed || now.seconds >= until) throw new Refusal("RequestEnded", { until });
  const { pseudonym, clinician } = found;
  const trialId = found.trialId.toLowerCase();
  return {
    ...{ trialId, isEmergency: true, recipientKey: found.recipientKey.toLowerCase() },
    refuse: (entry) => {
      if (entry.trialId !== trialId || entry.pseudonym !== pseudonym) return "NotInCut";
      return entry.permission === PERMISSIONS.emergency ? undefined : "OtherPermission";
    },
    requester: await whyNot(at, now, async (check) => {
      await check.own();
      await check.accredited(ROLES.emergencyClinician, clinician);
      const suspended = ["EmergencyAccess", "isSuspended", clinician] as const;
      if ((await at.node.both(now, suspended)).some((is) => is !== false)) {
        throw new Refusal("CaseOverdue");
      }
      const call = ["EmergencyAccess", "permissionsOf", trialId, pseudonym] as const;
      const permissions = (await at.node.both(now, call)) as bigint[];
      const isOut = permissions.some((one) => (Number(one) & PERMISSIONS.emergency) === 0);
      if (isOut) throw new Refusal("OptedOut");
    }),
  };
}

type Checks = {
  /** This custodian is one. */
  readonly own: () => Promise<void>;
  readonly accredited: (role: number, account: string) => Promise<void>;
};

/** The name of the refusal that checks end with. Trouble with the node is thrown on. */
async function whyNot(
  { node, custodian }: At,
  now: Now,
  act: (check: Checks) => Promise<void>,
): Promise<RefusalCode | undefined> {
  const accredited = async (role: number, account: string) => {
    const call = ["Accreditation", "isAccredited", role, account] as const;
    const answers = await node.both(now, call);
    if (answers.some((is) => is !== true)) throw new Refusal("NotAccredited");
  };
  try {
    await act({ accredited, own: () => accredited(ROLES.custodian, custodian) });
    return undefined;
  } catch (problem) {
    if (!(problem instanceof Refusal) || isNodeTrouble(problem)) throw problem;
    return problem.code;
  }
}
