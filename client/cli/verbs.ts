// Every verb of the command line. A group's files are loaded when one of its verbs is named: each adds its own with
// `addCommands`. What a new capability can do is a file of its own, and a line in the groups of those who do it.
import type { Command } from "commander";
import { addAuditCommand } from "./audit.ts";
import { addCustodianCommand } from "./exchangeCustodian.ts";

type Group = {
  readonly name: string;
  readonly text: string;
  readonly parts: readonly (() => Promise<{ addCommands: (group: Command) => void }>)[];
};

/** In the order of help: groups, and verbs without one. */
const VERBS: readonly (Group | ((program: Command) => void))[] = [
  {
    name: "clinic",
    text: "attest records and anchor them",
    parts: [
      () => import("./clinic.ts"),
      () => import("./roster.ts"),
      () => import("./classify.ts"),
      () => import("./sample.ts"),
      () => import("./anchoring.ts"),
      () => import("./clinicHandover.ts"),
      () => import("./exchangeEmergency.ts"),
    ],
  },
  {
    name: "patient",
    text: "your wallet: check, prove, consent, withdraw",
    parts: [
      () => import("./patient.ts"),
      () => import("./patientFetch.ts"),
      () => import("./standing.ts"),
      () => import("./participation.ts"),
      () => import("./consenting.ts"),
      () => import("./representing.ts"),
      () => import("./upkeep.ts"),
      () => import("./guardians.ts"),
      () => import("./exchangePatient.ts"),
      () => import("./exchangeGiving.ts"),
      () => import("./exchangeDevice.ts"),
      () => import("./exchangeAccess.ts"),
    ],
  },
  {
    name: "sponsor",
    text: "publish trials and enroll participants",
    parts: [
      () => import("./publishing.ts"),
      () => import("./recruiting.ts"),
      () => import("./exchangeSponsor.ts"),
    ],
  },
  {
    name: "site",
    text: "check arrivals and sign for your participants",
    parts: [() => import("./site.ts"), () => import("./exchangeSite.ts")],
  },
  {
    name: "board",
    text: "review and approve trials",
    parts: [() => import("./board.ts"), () => import("./exchangeBoard.ts")],
  },
  {
    name: "governance",
    text: "accredit organisations, extend the dictionary",
    parts: [() => import("./governance.ts"), () => import("./dictionary.ts")],
  },
  {
    name: "journey",
    text: "play all actors over a folder of FHIR bundles and print the funnel",
    parts: [() => import("./journey.ts")],
  },
  addAuditCommand,
  addCustodianCommand,
  {
    name: "operator",
    text: "run a server: its status, backups of what only it holds, reading the chain again",
    parts: [() => import("./operator.ts")],
  },
];

/** Adds all verbs; those of a group only if the arguments name it. */
export async function addVerbs(program: Command, args: readonly string[] | undefined) {
  for (const verb of VERBS) {
    if (typeof verb === "function") {
      verb(program);
      continue;
    }
    const group = program.command(verb.name).description(verb.text);
    if (args !== undefined && !args.includes(verb.name)) continue;
    for (const load of verb.parts) (await load()).addCommands(group);
  }
}
