// `npm run ceremony -- <command>`: phase 2 of the keys, for production. See circuits/tools/README.md.
import { copyFileSync } from "node:fs";
import { Command } from "commander";
import { releaseProver } from "../witness/prove.ts";
import { applyBeacon, contribute, initCeremony, verifyCeremony } from "./ceremonySteps.ts";
import { compileOnce } from "./compile.ts";
import { buildFiles, CIRCUITS } from "./paths.ts";
import { readTranscript, renderTranscript, type Step } from "./transcript.ts";

/** The project's circuits, compiled. */
function compiled() {
  return CIRCUITS.map((name) => {
    compileOnce(name);
    return { name, r1cs: buildFiles(name).r1cs };
  });
}

function tell(step: Step): void {
  console.log(`${step.kind} "${step.name}" is in. Publish these hashes where people know you:`);
  for (const [circuit, hash] of Object.entries(step.hashes)) console.log(`  ${circuit}: ${hash}`);
}

const program = new Command("ceremony")
  .description("Phase 2 of the Groth16 keys: init, contribute (many times), beacon, verify, take")
  .requiredOption("-f, --folder <folder>", "the folder that is passed from one person to the next");
const folder = () => program.opts<{ folder: string }>().folder;

program
  .command("init")
  .description("set both circuits up over a phase 1 file from the published list")
  .requiredOption("-p, --phase1 <file>", "powersOfTau28_hez_final_16.ptau or larger")
  .option("--development", "accept any phase 1 file: keys nobody may rely on")
  .action(async ({ phase1, development }: { phase1: string; development?: boolean }) => {
    console.log("Setting up; several minutes per circuit ...");
    await initCeremony({
      folder: folder(),
      phase1,
      circuits: compiled(),
      development: development === true,
    });
    console.log(`Ready. Next: ceremony --folder ${folder()} contribute --name "<who>"`);
  });

program
  .command("contribute")
  .description("add your randomness; run it again after an interruption")
  .requiredOption("-n, --name <name>", "who contributes; it is public")
  .action(async ({ name }: { name: string }) => tell(await contribute(folder(), name)));

program
  .command("beacon")
  .description("end the ceremony with a public value fixed after the last contribution")
  .requiredOption("-v, --value <hex>", "16 to 255 bytes of hex, for instance a block's hash")
  .requiredOption("-n, --name <name>", "where the value comes from, as announced before")
  .option("-e, --exponent <number>", "it is hashed 2^n times", "20")
  .action(async ({ value, name, exponent }: { value: string; name: string; exponent: string }) =>
    tell(await applyBeacon(folder(), { name, value, exponent: Number(exponent) })),
  );

program
  .command("verify")
  .description("check the newest keys against circuits, phase 1 and transcript")
  .requiredOption("-p, --phase1 <file>", "the phase 1 file of the ceremony")
  .option("--take", "then copy the final keys into circuits/build for tools/keys.ts --take")
  .action(async ({ phase1, take }: { phase1: string; take?: boolean }) => {
    const circuits = compiled();
    const files = await verifyCeremony({ folder: folder(), phase1, circuits });
    for (const file of files) console.log(`valid: ${file}`);
    if (!take) return;
    if (readTranscript(folder()).steps.at(-1)?.kind !== "beacon") {
      throw new Error("no beacon yet: these keys are not final");
    }
    files.forEach((file, i) => {
      copyFileSync(file, buildFiles(circuits[i]!.name).zkey);
    });
  });

program
  .command("transcript")
  .description("print the transcript")
  .option("--json", "as JSON")
  .action(({ json }: { json?: boolean }) => {
    const transcript = readTranscript(folder());
    console.log(json ? JSON.stringify(transcript, null, 2) : renderTranscript(transcript));
  });

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
await releaseProver();
