// What a deployment file holds: all that server, clients and auditor need to find and judge the
// contracts.
import { z } from "zod";
import { Refusal } from "../circuits/statement/refusal.ts";

const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, "not an address");
const bytes32 = z.string().regex(/^0x[0-9a-f]{64}$/, "not 32 bytes");
export const DEPLOYMENT_FORMAT = "cohort-zero/deployment/3";
const FIRST_FORMAT = "cohort-zero/deployment/1";

export const deploymentSchema = z.strictObject({
  format: z.literal(DEPLOYMENT_FORMAT),
  chainId: z.int().positive(),
  /** First block that can hold an event of these contracts. */
  deployBlock: z.int().nonnegative(),
  /** "DEV" keys are forgeable by their maker; anything else names a ceremony's transcript. */
  keys: z.string().min(1),
  governance: address,
  addresses: z.strictObject({
    ERC2771Forwarder: address,
    Accreditation: address,
    CircuitRegistry: address,
    RecordRegistry: address,
    TrialRegistry: address,
    Screening: address,
    Enrollment: address,
    Semaphore: address,
    SemaphoreVerifier: address,
    PoseidonT3: address,
    PoseidonT4: address,
    EligibilityVerifier8: address,
    EligibilityVerifier32: address,
    StaffRegistry: address,
    DepositLog: address,
    CutRegistry: address,
    CustodyLog: address,
    EmergencyAccess: address,
    PersonTags: address,
  }),
  /** keccak256 of each verifying key's 30 words, as CircuitRegistry gives it. */
  keyHashes: z.record(z.string(), bytes32),
  /** Seconds that a superseded records root stays good. */
  rootWindowSeconds: z.int().nonnegative(),
  dictionary: z.strictObject({ version: z.int().positive(), hash: bytes32 }),
  /**
   * sha256 of the unpacked circuit artifacts, by file name (from circuits/artifacts/manifest.json).
   */
  artifactHashes: z.record(z.string(), z.string()),
});
export type Deployment = z.infer<typeof deploymentSchema>;

/**
 * Parses a deployment file's JSON. Throws Refusal for one of the first protocol, an Error naming each
 * wrong field for any other.
 */
export function parseDeployment(json: unknown): Deployment {
  if ((json as { format?: unknown } | null)?.format === FIRST_FORMAT) {
    const advice = "deploy the contracts again (npm start in a new folder, or npm run deploy)";
    throw new Refusal("FirstProtocol", { file: "deployment", advice });
  }
  const parsed = deploymentSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  // Of another kind of file, all its other fields are wrong too: that it is one is enough.
  const other = issues.find(({ path }) => path[0] === "format");
  const problems = (other ? [other] : issues).map(
    ({ path, message }) => `${path.join(".") || "file"}: ${message}`,
  );
  throw new Error(`not a deployment file of this version: ${problems.join("; ")}; deploy again`);
}
