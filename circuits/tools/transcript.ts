// The record of a ceremony: what was done, in which order, and the hashes by which each contributor finds theirs.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { z } from "zod";

const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`));

const schema = z.strictObject({
  format: z.literal("cohort-zero/ceremony/1"),
  phase1: z.strictObject({
    blake2b: hex(64),
    /** Name in the published list; null for a file that is in no list: development only. */
    published: z.string().nullable(),
  }),
  circuits: z.array(z.strictObject({ name: z.string(), r1csSha256: hex(32) })).min(1),
  steps: z.array(
    z.strictObject({
      kind: z.enum(["contribution", "beacon"]),
      name: z.string(),
      /** Beacons: the public value, and log2 of how often it was hashed. */
      beacon: z.strictObject({ value: z.string(), exponent: z.int() }).optional(),
      /** By circuit: the hash that `snarkjs zkey verify` prints, and that the contributor publishes. */
      hashes: z.record(z.string(), hex(64)),
    }),
  ),
});
export type Transcript = z.infer<typeof schema>;
export type Step = Transcript["steps"][number];

const file = (folder: string) => `${folder}/transcript.json`;

export function hasTranscript(folder: string): boolean {
  return existsSync(file(folder));
}

/** Reads a ceremony's transcript. Throws when the folder holds none. */
export function readTranscript(folder: string): Transcript {
  if (!hasTranscript(folder)) {
    throw new Error(`${folder} holds no ceremony: start one with \`ceremony init\``);
  }
  return schema.parse(JSON.parse(readFileSync(file(folder), "utf8")));
}

/** Writes the transcript as JSON and as Markdown, whole or not at all. */
export function writeTranscript(folder: string, transcript: Transcript): void {
  writeFileSync(`${file(folder)}.new`, `${JSON.stringify(transcript, null, 2)}\n`);
  renameSync(`${file(folder)}.new`, file(folder));
  writeFileSync(`${folder}/TRANSCRIPT.md`, renderTranscript(transcript));
}

/** The transcript for people: contributors look for their hash in it. */
export function renderTranscript({ phase1, circuits, steps }: Transcript): string {
  const origin = phase1.published ?? "not in the published list: **development only**";
  const lines = [
    "# Phase 2 of Cohort Zero's Groth16 keys",
    "",
    `Phase 1: ${origin}`,
    `(BLAKE2b-512 \`${phase1.blake2b}\`)`,
    "",
    "| circuit | SHA-256 of its r1cs |",
    "|---|---|",
    ...circuits.map(({ name, r1csSha256 }) => `| ${name} | \`${r1csSha256}\` |`),
    "",
  ];
  steps.forEach((step, i) => {
    lines.push(
      `## ${i + 1}. ${step.kind === "beacon" ? "Beacon" : "Contribution"}: ${step.name}`,
      "",
    );
    if (step.beacon) {
      const { value, exponent } = step.beacon;
      lines.push(`Value \`${value}\`, hashed 2^${exponent} times.`, "");
    }
    for (const [circuit, hash] of Object.entries(step.hashes))
      lines.push(`- ${circuit}: \`${hash}\``);
    lines.push("");
  });
  return lines.join("\n");
}
