// What the chain's own state must be if the replayed events are all there are: each answer is
// asked for and compared. An event that a node left out, or that a contract did not log, shows
// here.
import { type Connectable, interfaceOf } from "../../../contracts/connect.ts";
import type { Deployment } from "../../../contracts/deployment.ts";
import type { Report } from "../finding/finding.ts";
import { CallReverted, mapLimited } from "../node/rpc.ts";
import type { Source } from "../node/source.ts";
import { CAPABILITIES } from "../replay/capabilities.ts";
import { due, type Expectation } from "../replay/handler.ts";
import type { World } from "../replay/state.ts";

const AT_ONCE = 16;
const FORWARDED = [
  "Accreditation",
  "CircuitRegistry",
  "RecordRegistry",
  "TrialRegistry",
  "Enrollment",
] as const satisfies readonly Connectable[];

/** Compares the chain's state with the replayed one. */
export async function checkState(
  world: World,
  options: {
    source: Source;
    report: Report;
    onCompared?: (compared: number, of: number) => void;
  },
): Promise<number> {
  const { source, report, onCompared } = options;
  const expectations = expectationsOf(world, source.deployment);
  let compared = 0;
  const answers = await mapLimited(expectations, AT_ONCE, async (one) => {
    const answer = await ask(source, one);
    onCompared?.(++compared, expectations.length);
    return answer;
  });
  expectations.forEach(({ contract, call, args, answer }, i) => {
    const [wanted, found] = [write(answer), write(answers[i]!.slice(0, answer.length))];
    if (wanted === found) return;
    const what = `${contract}.${call}(${args.join(", ")})`;
    report("state/differs", `${what} is ${found}, the events add up to ${wanted}`);
  });
  return expectations.length;
}

/** Everything that can be asked about what was replayed. */
function expectationsOf(world: World, deployment: Deployment): Expectation[] {
  const { addresses } = deployment;
  const { TrialRegistry: trials, RecordRegistry, Semaphore: semaphore } = addresses;
  const { Accreditation: accreditation, Screening: screening, Enrollment: enrollment } = addresses;
  const wiring = {
    Screening: { trials, records: RecordRegistry, semaphore, enrollment },
    Enrollment: { trials, screening, semaphore, accreditation },
  } as const;
  return [
    ...(["Screening", "Enrollment"] as const).flatMap((contract) =>
      Object.entries(wiring[contract]).map(([call, at]) => due(contract, call, [], [at])),
    ),
    due("TrialRegistry", "circuits", [], [addresses.CircuitRegistry]),
    // Whom they take for the sender of a forwarded call.
    ...FORWARDED.map((name) => due(name, "trustedForwarder", [], [addresses.ERC2771Forwarder])),
    due("Semaphore", "verifier", [], [addresses.SemaphoreVerifier]),
    ...CAPABILITIES.flatMap(({ expectations }) => expectations(world, deployment)),
  ];
}

/** The address and call data of an expectation, as it is asked. */
function callOf({ contract, call, args }: Expectation, { addresses }: Deployment) {
  const to = addresses[contract].toLowerCase();
  return { to, data: interfaceOf(contract).encodeFunctionData(call, [...args]) };
}

async function ask(source: Source, expectation: Expectation): Promise<unknown[]> {
  const { to, data } = callOf(expectation, source.deployment);
  const { contract, call } = expectation;
  try {
    const result = interfaceOf(contract).decodeFunctionResult(call, await source.call(to, data));
    return [...result];
  } catch (error) {
    // A call that reverts has no answer; a lost node or a bundle without it is another matter.
    if (error instanceof CallReverted || isUndecodable(error)) return ["no answer"];
    throw error;
  }
}

/** What ethers throws for an answer that is not the call's. */
function isUndecodable(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === "BAD_DATA" || code === "CALL_EXCEPTION";
}

/** One text for one value, however it was typed. */
function write(value: unknown): string {
  if (Array.isArray(value)) return `[${[...value].map(write).join(" ")}]`;
  return String(value).toLowerCase();
}
