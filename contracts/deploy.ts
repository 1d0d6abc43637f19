// Deploys everything in one go. Governance owns the contracts from the first block, the deployer
// never anything, so that a deployment cut short is simply thrown away: the caller writes the
// deployment file only when all of it is done.
import {
  ContractFactory,
  getCreateAddress,
  type InterfaceAbi,
  keccak256,
  NonceManager,
  type Signer,
} from "ethers";
import { SIZES } from "../circuits/statement/criteria/program.ts";
import { FORWARDER_NAME } from "../circuits/statement/trial/forward.ts";
import { type Artifact, type ContractName, linkBytecode, readArtifact } from "./artifact.ts";
import { connect } from "./connect.ts";
import { DEPLOYMENT_FORMAT, type Deployment, parseDeployment } from "./deployment.ts";

/** A proof in flight when the registry moves on stays good for a day. */
const DEFAULT_ROOT_WINDOW_SECONDS = 86_400;

type DeployOptions = {
  /** Pays; gets no power. Must be connected to a provider. */
  readonly signer: Signer;
  /** Address that owns Accreditation: a TimelockController behind a multisig in production. */
  readonly governance: string;
  readonly dictionary: { readonly version: number; readonly hash: string };
  /** sha256 of the circuit artifacts by file name, from the manifest. */
  readonly artifactHashes?: Readonly<Record<string, string>>;
  /** Kind of the keys, from the manifest. */
  readonly keys?: string;
  readonly rootWindowSeconds?: number;
  /** Other build output for a contract (tests: verifiers of keys with a known trapdoor). */
  readonly artifacts?: Partial<Record<ContractName, Artifact>>;
  readonly onStep?: (contract: ContractName) => void;
};

/**
 * Deploys the contracts, with circuits and dictionary registered and nobody accredited.
 * Throws when the contracts are not built, the chain refuses, or a verifying key is forgeable.
 */
export async function deploy(options: DeployOptions): Promise<Deployment> {
  const { governance, dictionary, rootWindowSeconds = DEFAULT_ROOT_WINDOW_SECONDS } = options;
  const { provider } = options.signer;
  if (provider === null) throw new Error("the deploying signer needs a provider");
  const { chainId } = await provider.getNetwork();
  const deployBlock = (await provider.getBlockNumber()) + 1;
  const { put, addressAfter } = deployer(options);

  const forwarder = await put("ERC2771Forwarder", [FORWARDER_NAME]);
  const accreditation = await put("Accreditation", [
    forwarder,
    governance,
    dictionary.version,
    dictionary.hash,
  ]);
  const verifiers = [await put("EligibilityVerifier8"), await put("EligibilityVerifier32")];
  const names = [SIZES[8].circuit, SIZES[32].circuit];
  const circuits = await put("CircuitRegistry", [forwarder, accreditation, names, verifiers]);
  const poseidon = [await put("PoseidonT3"), await put("PoseidonT4")];
  const records = await put("RecordRegistry", [forwarder, accreditation, rootWindowSeconds]);
  const trials = await put("TrialRegistry", [forwarder, accreditation, circuits]);
  const semaphoreVerifier = await put("SemaphoreVerifier");
  const semaphore = await put("Semaphore", [semaphoreVerifier]);
  const staff = await put("StaffRegistry", [forwarder, accreditation, trials]);
  // The two know each other from the start: nobody has the power to join them later.
  const wiring = [forwarder, trials, records, semaphore, await addressAfter(1)];
  const screening = await put("Screening", wiring);
  const enrollment = await put("Enrollment", [forwarder, accreditation, screening, staff]);
  const exchange = await putExchange(put, { forwarder, accreditation, staff, enrollment });

  const addresses = {
    ERC2771Forwarder: forwarder,
    Accreditation: accreditation,
    CircuitRegistry: circuits,
    RecordRegistry: records,
    TrialRegistry: trials,
    Screening: screening,
    Enrollment: enrollment,
    ...exchange,
    Semaphore: semaphore,
    SemaphoreVerifier: semaphoreVerifier,
    PoseidonT3: poseidon[0]!,
    PoseidonT4: poseidon[1]!,
    EligibilityVerifier8: verifiers[0]!,
    EligibilityVerifier32: verifiers[1]!,
  };
  const connected = connect({ addresses }, provider);
  if ((await connected.screening.enrollment()) !== enrollment) {
    throw new Error("another transaction of the deploying account came between; deploy again");
  }
  const keyHash = (name: string) => connected.circuits.keyHashOf(keccak256(Buffer.from(name)));
  return parseDeployment({
    format: DEPLOYMENT_FORMAT,
    chainId: Number(chainId),
    deployBlock,
    keys: options.keys ?? "DEV",
    governance,
    addresses,
    keyHashes: Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await keyHash(name)])),
    ),
    rootWindowSeconds,
    dictionary,
    artifactHashes: options.artifactHashes ?? {},
  });
}

type Put = (name: ContractName, args?: readonly unknown[]) => Promise<string>;

/** The contracts of the exchange, which read the others and change nothing in them. */
async function putExchange(
  put: Put,
  at: Readonly<Record<"forwarder" | "accreditation" | "staff" | "enrollment", string>>,
) {
  const { forwarder, accreditation, staff, enrollment } = at;
  const deposits = await put("DepositLog", [forwarder, accreditation]);
  const cuts = await put("CutRegistry", [forwarder, enrollment, staff]);
  return {
    StaffRegistry: staff,
    DepositLog: deposits,
    CutRegistry: cuts,
    CustodyLog: await put("CustodyLog", [forwarder, enrollment, cuts]),
    EmergencyAccess: await put("EmergencyAccess", [forwarder, enrollment]),
    PersonTags: await put("PersonTags", [forwarder, enrollment, staff]),
  };
}

/** Deploys one contract after the other, remembers the addresses for linking, and foretells them. */
function deployer({ signer, artifacts, onStep }: DeployOptions) {
  // Counts nonces itself: providers answer with a cached count for a moment after each transaction.
  const sender = signer instanceof NonceManager ? signer : new NonceManager(signer);
  const deployed: Record<string, string> = {};
  /** Where a contract will stand that is deployed after so many others. */
  const addressAfter = async (others: number): Promise<string> =>
    getCreateAddress({
      from: await sender.getAddress(),
      nonce: (await sender.getNonce()) + others,
    });
  const put: Put = async (name, args = []) => {
    const artifact = artifacts?.[name] ?? readArtifact(name);
    const code = linkBytecode(artifact, deployed);
    const factory = new ContractFactory(artifact.abi as InterfaceAbi, code, sender);
    const contract = await factory.deploy(...args);
    await contract.waitForDeployment();
    deployed[name] = await contract.getAddress();
    onStep?.(name);
    return deployed[name];
  };
  return { put, addressAfter };
}
