// `cohort audit`: check everything without trusting anyone.
import type { Command } from "commander";
import { withDocumentKey } from "./options.ts";

const EXAMPLES = `
Needs a node and the deployment file, and no server:
  cohort audit --rpc http://localhost:8545 --deployment data/deployment.json --out report
  cohort audit --rpc URL --deployment FILE --bundle history.gz      everything to repeat it offline
  cohort audit --bundle history.gz                                  repeats it, without any network
  cohort audit --rpc URL --deployment FILE --server http://localhost:4000   also: does the server lie?
  cohort audit --rpc URL --deployment FILE --prove --to BLOCK_HASH  believes that hash, and no node
  cohort audit --rpc URL --deployment FILE --entries report/exchange        entries that somebody kept
  cohort audit --verify report                                      who signed this report?

Exit code 0: clean. 5: findings. Others as for every command.`;

/** Adds the auditor's command. */
export function addAuditCommand(program: Command): void {
  const command = program
    .command("audit")
    .description("replay the whole history from a node or a bundle and verify every proof again")
    .option("--rpc <url>", "any JSON-RPC node of the chain")
    .option("--deployment <file>", "deployment file (default: the one in the data folder)")
    .option("--trial <protocol>", "audit one trial only, by protocol number or id")
    .option("--from <block>", "verify proofs and report findings from this block on")
    .option("--to <block>", "audit up to this block, by number or hash (default: the newest)")
    .option("--prove", "with --rpc: prove every log and time from the last block's hash")
    .option("--bundle <file>", "with --rpc: write it; without: audit from it, offline")
    .option("--checkpoint <file>", "save progress there and continue from it")
    .option("--leaves <folder>", "published leaves of batches, to rebuild them")
    .option("--entries <source...>", "public entries: a file, a folder, another exchange's address")
    .option("--custodian <url...>", "custodians whose receipts are checked (default: npm start's)")
    .option("--criteria <file...>", "trial files opened by their sponsors, to check and render")
    .option("--out <folder>", "write report.html and report.json there")
    .option("--exports", "with --out: also FHIR R4 resources, events.csv, entries and receipts")
    .option("--sign", "with --out: sign the report's hash with --key (EIP-712)")
    .option("--anchor", "with --out: put the report's hash on the chain, paid by --key's account")
    .option("--verify <folder>", "check the signed report that --out and --sign wrote there");
  addDatasetCommand(command);
  withDocumentKey(command)
    .addHelpText("after", EXAMPLES)
    .action(async (flags, running: Command) => {
      const { runAudit } = await import("./auditRun.ts");
      await runAudit(flags, running);
    });
}

const DATASET_EXAMPLES = `
  cohort audit dataset research/dataset --rpc http://localhost:8545 --server http://localhost:4000
  cohort audit dataset research/dataset --rpc URL --entries report/exchange --deployment FILE

Exit code 0: every row has its entry, cut and consent. 5: findings.`;

/** `cohort audit dataset`: what is published, against the chain and the entries. */
function addDatasetCommand(audit: Command): void {
  const command = audit
    .command("dataset")
    .argument("<folder>", "the published folder, with its manifest.json")
    .description("go from every row of a published dataset back to entries, cut and consents")
    .option("--rpc <url>", "any JSON-RPC node of the chain")
    .option("--deployment <file>", "deployment file (default: the one in the data folder)")
    .option("--to <block>", "the last block to be read, by number or hash (default: the newest)")
    .option("--prove", "prove every log and time from the last block's hash")
    .option("--entries <source...>", "public entries: a file, a folder, another exchange's address")
    .option("--manifest-hash <hash>", "the manifest's hash as it was published elsewhere")
    .option("--opened <folder>", "the recipient's own folder: opens the packages again");
  withDocumentKey(command)
    .addHelpText("after", DATASET_EXAMPLES)
    .action(async (folder, _flags, running: Command) => {
      const { runDatasetAudit } = await import("./auditDataset.ts");
      // Options that both commands have are the parent's, wherever they stand.
      await runDatasetAudit(folder, running.optsWithGlobals(), running);
    });
}
