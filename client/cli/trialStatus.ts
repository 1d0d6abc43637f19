// `cohort sponsor trial`: where a trial stands.
import type { Command } from "commander";
import { trialIdOf } from "../../circuits/statement/trial/trial.ts";
import { isRejected, readOpinions, sponsorSteps } from "../trial/opinions.ts";
import { protocolIn } from "./argument.ts";
import { contextOf } from "./context.ts";
import { haltsIn } from "./halts.ts";
import { opinionLines } from "./opinions.ts";
import { print } from "./output.ts";

/** Prints status, what stands in the way, versions and funnel of a trial. */
export async function describeTrial(
  typed: string,
  _flags: object,
  command: Command,
): Promise<void> {
  const { api, json } = contextOf(command);
  const protocolNumber = protocolIn(typed);
  const [trial, state, halts, opinions] = await Promise.all([
    api().trial(protocolNumber),
    api().publicState(trialIdOf(protocolNumber)),
    haltsIn(api(), protocolNumber),
    readOpinions(api(), protocolNumber),
  ]);
  const participants: Record<string, number> = {};
  for (const { state: s } of state.participants) participants[s] = (participants[s] ?? 0) + 1;
  const onHold = state.participants.filter((participant) => participant.onHold).length;
  const screened = new Set(state.screenings.map(({ nullifier }) => nullifier)).size;
  const versions = state.versions.map((v) => ({
    version: v.version,
    digest: v.digest,
    approvedUntil: v.approvedUntil,
    screened: v.members,
  }));
  const states = Object.entries(participants).map(([name, n]) => `${name} ${n}`);
  const waiting = versions.filter(
    ({ version }) => version > trial.currentVersion && !isRejected(opinions, version),
  );
  const steps = sponsorSteps(opinions, state);
  const inForce = trial.currentVersion === 0 ? "none" : `version ${trial.currentVersion}`;
  const lines = [
    `${trial.protocolNumber}: ${trial.status}, ${inForce} in force`,
    ...halts,
    ...steps,
    ...waiting.map(({ version }) => `Version ${version} is waiting for the board's approval.`),
    `Screened ${screened}; ${states.join(", ") || "no participants yet"}${onHold > 0 ? `; on hold ${onHold}` : ""}`,
    ...opinionLines(opinions),
  ];
  const told = { halts, opinions, steps };
  print(json, { ...trial, versions, screened, participants, onHold, ...told }, lines.join("\n"));
}
