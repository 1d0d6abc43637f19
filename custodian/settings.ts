// A custodian's settings from the environment, checked as a whole before anything starts.
import { readFileSync } from "node:fs";
import { z } from "zod";
import { type Deployment, parseDeployment } from "../contracts/deployment.ts";

const whole = (fallback: number, min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback);
const list = (of: z.ZodType<string, string>) =>
  z
    .string({ error: "is needed: addresses such as https://exchange.example, with commas between" })
    .transform((text) => text.split(",").map((part) => part.trim().replace(/\/+$/, "")))
    .pipe(z.array(of).min(1).max(20));

const Environment = z.object({
  /** 0 takes any free port. */
  PORT: whole(4100, 0, 65_535),
  HOST: z.string().default("127.0.0.1"),
  /** This custodian's own folder: database and, unless KEY_FILE says otherwise, its key. */
  DATA_DIR: z.string().min(1).default("custodian-data"),
  /** The account's key; made at the first start. By default `custodian.key` in DATA_DIR. */
  KEY_FILE: z.string().min(1).optional(),
  /** This custodian's own node: nobody else's word about the chain counts. */
  RPC_URL: z.url({ protocol: /^https?$/ }).default("http://127.0.0.1:8545"),
  /** The file that contracts/deploy.ts wrote. */
  DEPLOYMENT: z.string().min(1).default("data/deployment.json"),
  /** Exchanges whose entries are read, with commas between. */
  EXCHANGE_URLS: list(z.url({ protocol: /^https?$/ })),
  /** What counts as final: the node's `finalized`, or so many blocks, the one itself included. */
  FINALITY: z
    .union([z.literal("finalized"), z.coerce.number().int().min(1).max(1_000)])
    .default("finalized"),
  /** A node whose newest block is older than so many seconds is not believed. */
  HEAD_SECONDS: whole(300, 5, 2_000_000_000),
  /** Seconds added to this computer's clock: for a development chain that lives on another day. */
  CLOCK_OFFSET: whole(0, -10_000_000_000, 10_000_000_000),
  POLL_MS: whole(5_000, 20, 600_000),
  /** Packages, and other units of work, a minute and address. */
  RATE_PER_MINUTE: whole(6_000, 1, 10_000_000),
  /** Number of proxies in front whose X-Forwarded-For is to be believed. */
  TRUSTED_PROXIES: whole(0, 0, 10),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"),
});
export type Settings = z.infer<typeof Environment>;

/** Reads the settings. Throws an Error naming every variable that is wrong, without its value. */
export function readSettings(environment: Record<string, string | undefined>): Settings {
  const given = Object.entries(environment).filter(
    ([, value]) => value !== undefined && value !== "",
  );
  const result = Environment.safeParse(Object.fromEntries(given));
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    ({ path, message }) => `  ${path.join(".")}: ${message.replace(/, received .*$/, "")}`,
  );
  throw new Error(`the custodian's settings are wrong:\n${problems.join("\n")}`);
}

/** Reads the deployment file. Throws an Error that says what to do when it is missing or broken. */
export function readDeploymentFile(path: string): Deployment {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    throw new Error(
      `there is no deployment file at ${path}: take it from the exchange (/deployment.json), compare it with what governance published, and set DEPLOYMENT to it`,
    );
  }
  try {
    return parseDeployment(JSON.parse(text));
  } catch (problem) {
    const isJson = !(problem instanceof SyntaxError);
    const reason = isJson ? (problem as Error).message : "it is not JSON";
    throw new Error(`the deployment file at ${path} cannot be used: ${reason}`);
  }
}
