// Configuration from the environment, checked as a whole before anything starts.
import { readFileSync } from "node:fs";
import { z } from "zod";
import { type Deployment, parseDeployment } from "../contracts/deployment.ts";

/** `s3://<bucket>` or `s3://<bucket>/<prefix>`. */
const S3_URL = /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/[\w!.*'()/-]*)?$/;

const privateKey = z.string().regex(/^0x[0-9a-fA-F]{64}$/, "must be 0x and 64 hexadecimal digits");
const whole = (fallback: number, min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback);

type KnownCustodian = { readonly address: string; readonly url: string };

/** Most custodians that one exchange names. */
const MOST_CUSTODIANS = 100;

/** `0x<40>=https://...`, commas between. Addresses come back in lower case, each once. */
function readCustodians(text: string, context: z.RefinementCtx): KnownCustodian[] {
  const parts = text.split(",").flatMap((part) => part.trim() || []);
  const read = parts.map((part) => {
    const [, address = "", url = ""] = /^(0x[0-9a-fA-F]{40})=(https?:\/\/\S+)$/.exec(part) ?? [];
    return { address: address.toLowerCase(), url: url.replace(/\/+$/, "") };
  });
  const isEachOnce = new Set(read.map(({ address }) => address)).size === read.length;
  const areRead = read.every(({ url }) => URL.canParse(url));
  if (areRead && isEachOnce && read.length <= MOST_CUSTODIANS) return read;
  const message = "must be <account>=<http or https address>, with commas between, each once";
  context.addIssue({ code: "custom", message });
  return z.NEVER;
}

const Environment = z.object({
  /** 0 takes any free port. */
  PORT: whole(4000, 0, 65_535),
  HOST: z.string().default("127.0.0.1"),
  /** Where /metrics and /ready are answered instead of beside everything else; 0 takes any free port. */
  OPERATOR_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  OPERATOR_HOST: z.string().default("127.0.0.1"),
  DATA_DIR: z.string().min(1).default("data"),
  /** postgres://... ; without it PGlite in DATA_DIR. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  RPC_URL: z.url({ protocol: /^https?$/ }).default("http://127.0.0.1:8545"),
  /** The file that contracts/deploy.ts wrote. */
  DEPLOYMENT: z.string().min(1).default("data/deployment.json"),
  /** Pays for relayed transactions. */
  RELAYER_KEY: privateKey,
  /** Blocks on top of a transaction before it counts as final; 1 is its own block. */
  CONFIRMATIONS: whole(1, 1, 1000),
  POLL_MS: whole(500, 20, 60_000),
  /** Ready means that the chain was read to its end within so many seconds. */
  READY_SECONDS: whole(60, 1, 86_400),
  /** Seconds after which an unmined transaction is sent again with a higher fee. */
  STUCK_SECONDS: whole(90, 1, 86_400),
  /** Most gwei that the relayer offers for a unit of gas; above it, it waits and says so. */
  MAX_FEE_GWEI: whole(200, 1, 1_000_000),
  /** Most gas that this server signs for in a day (UTC); what comes on top waits for the next one. */
  DAILY_GAS: whole(3_000_000_000, 1_000_000, Number.MAX_SAFE_INTEGER),
  /** Days that submissions are remembered once they are final or refused. */
  KEEP_DAYS: whole(90, 1, 36_500),
  /** Screenings in one transaction at most; with 1 each goes out alone. */
  SCREEN_MANY_MOST: whole(20, 1, 100),
  /** Seconds that a screening waits for others at most; with 0 each goes out at once, alone. */
  SCREEN_MANY_SECONDS: whole(20, 0, 3_600),
  /** Domain and origin that sign-in messages must name; by default where the server listens. */
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Origins of other sites that may call this server; none by default. */
  CORS_ORIGINS: z
    .string()
    .default("")
    .transform((list) => list.split(",").filter((origin) => origin !== "")),
  /** Number of proxies in front whose X-Forwarded-For is to be believed. */
  TRUSTED_PROXIES: whole(0, 0, 10),
  /** Units of work a minute and address (limits.ts); a burst may use them all at once. */
  RATE_PER_MINUTE: whole(6_000, 1, 10_000_000),
  /** Connections at once. */
  MAX_CONNECTIONS: whole(2_000, 1, 100_000),
  /** The same of one address, where no proxy is in front. */
  CONNECTIONS_PER_ADDRESS: whole(1_000, 1, 100_000),
  /** Mebibytes of unfinished requests in memory; one address may have half. */
  BODIES_MB: whole(64, 8, 10_000),
  /** Subscriptions open at once, of one address and in all. */
  SUBSCRIPTIONS_PER_ADDRESS: whole(50, 1, 100_000),
  SUBSCRIPTIONS: whole(1_000, 1, 100_000),
  /** Proofs that may wait for verification at once. */
  VERIFY_QUEUE: whole(500, 1, 100_000),
  /** Submissions that may wait in the outbox at once. */
  OUTBOX_LIMIT: whole(10_000, 1, 1_000_000),
  /** Mebibytes that the buckets of one clinic may take together. */
  BUCKETS_MB: whole(1_024, 1, 1_000_000),
  /** The custodians that pages reach through this server: <account>=<url>, with commas between. */
  CUSTODIANS: z.string().default("").transform(readCustodians),
  /** s3://bucket/prefix for the packages of deposits; without it they lie in DATA_DIR. Account and region as AWS's tools find them. */
  PACKAGES_S3: z.string().regex(S3_URL, "must be s3://<bucket>/<prefix>").optional(),
  /** Of another service than Amazon's. */
  PACKAGES_S3_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  /** Mebibytes of packages that nobody has deposited yet: of all, and that one address may send in an hour. */
  UPLOADS_MB: whole(8_192, 17, 1_000_000),
  UPLOADS_MB_PER_ADDRESS: whole(512, 17, 1_000_000),
  /** Seconds that a deposit waits for its batch at most, and deposits in one. */
  ANCHOR_SECONDS: whole(300, 1, 3_600),
  ANCHOR_MOST: whole(1_000, 1, 1_024),
  /** A server with PGlite writes a backup after so many hours, and at each stop; 0: none. */
  BACKUP_HOURS: whole(24, 0, 8_760),
  /** Folder of the built pages; without it the server has none. */
  WEB_DIR: z.string().min(1).optional(),
  /**
   * File with development keys that the pages may use, set by `npm start` alone. Refused unless the
   * deployment's keys are DEV and only this machine can reach the server.
   */
  DEVELOPMENT_KEYS: z.string().min(1).optional(),
  /** Address of the embedded chain for the auditor's window, set by `npm start` alone beside its keys. */
  DEVELOPMENT_NODE: z.url({ protocol: /^https?$/ }).optional(),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"),
});

export type Config = z.infer<typeof Environment>;

const Operator = Environment.pick({
  DATA_DIR: true,
  DATABASE_URL: true,
  RPC_URL: true,
  DEPLOYMENT: true,
}).extend({ RELAYER_KEY: privateKey.optional() });
export type OperatorConfig = z.infer<typeof Operator>;

/**
 * Reads the configuration. Throws an Error naming every variable that is wrong, without its value.
 */
export function readConfig(environment: Record<string, string | undefined>): Config {
  return read(Environment, environment);
}

/** What the operator's commands take of the same environment. Throws like readConfig. */
export function readOperatorConfig(
  environment: Record<string, string | undefined>,
): OperatorConfig {
  return read(Operator, environment);
}

function read<T>(schema: z.ZodType<T>, environment: Record<string, string | undefined>): T {
  const given = Object.entries(environment).filter(
    ([, value]) => value !== undefined && value !== "",
  );
  const result = schema.safeParse(Object.fromEntries(given));
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    ({ path, message }) => `  ${path.join(".")}: ${message.replace(/, received .*$/, "")}`,
  );
  throw new Error(`the server's configuration is wrong:\n${problems.join("\n")}`);
}

/** Reads the deployment file. Throws an Error that says what to do when it is missing or broken. */
export function readDeployment(path: string): Deployment {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    throw new Error(
      `there is no deployment file at ${path}: deploy first, or set DEPLOYMENT to it`,
    );
  }
  try {
    return parseDeployment(JSON.parse(text));
  } catch (problem) {
    if (!(problem instanceof SyntaxError)) {
      throw new Error(`${path}: ${(problem as Error).message}`, { cause: problem });
    }
    throw new Error(`the deployment file at ${path} is not JSON: restore it, or deploy again`);
  }
}
