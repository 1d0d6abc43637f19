// The other half of the load: everything that a server must refuse cheaply, and by name.
import { RESULT } from "../support/stage.ts";
import { post } from "./loadHonest.ts";

type Answers = Map<string, Map<string, number>>;
type Part = Record<string, unknown> & { points: string[] };
type Input = Record<string, unknown> & { parts: [Part]; participantCommitment: string };

const MUTATION = `mutation ($input: ScreeningInput!) { submitScreening(input: $input) ${RESULT} }`;
const WORKERS = 8;
const OVERSIZED_BYTES = 1_600_000;
const large = JSON.stringify({ query: `{ me { address } } #${"x".repeat(OVERSIZED_BYTES)}` });

/** Sends garbage until it is stopped; answers how each kind was answered. */
export function startFlood(
  url: string,
  honest: readonly unknown[],
): { stop: () => Promise<Answers> } {
  const answers: Answers = new Map();
  let isOver = false;
  const kinds = Object.entries(bodies(honest as readonly Input[]));
  const flood = async (worker: number) => {
    for (let i = worker; !isOver; i += WORKERS) {
      const [kind, make] = kinds[i % kinds.length]!;
      const name = await nameOf(post(url, make(i)));
      const of = answers.get(kind) ?? new Map<string, number>();
      answers.set(kind, of.set(name, (of.get(name) ?? 0) + 1));
    }
  };
  const workers = Promise.all(Array.from({ length: WORKERS }, (_, worker) => flood(worker)));
  return {
    stop: async () => {
      isOver = true;
      await workers;
      return answers;
    },
  };
}

function bodies(honest: readonly Input[]): Record<string, (i: number) => string> {
  const at = (i: number) => honest[i % honest.length]!;
  const mutate = (input: unknown) => JSON.stringify({ query: MUTATION, variables: { input } });
  const withPart = (i: number, change: Partial<Part>) =>
    mutate({ ...at(i), nullifier: `${i}`, parts: [{ ...at(i).parts[0], ...change }] });
  const stranger = (i: number) => `${BigInt(at(i).participantCommitment) ^ 1n}`;
  return {
    "no JSON": () => "{ not json",
    "no such field": () => JSON.stringify({ query: "mutation { submitScreaming { id } }" }),
    "not a number": (i) => mutate({ ...at(i), nullifier: "0xabc" }),
    "points off the curve": (i) => withPart(i, { points: Array(8).fill("1") }),
    "another's proof": (i) => withPart(i, { points: at(i + 1).parts[0].points }),
    // The same content: the same submission, or the screening that it has become.
    replayed: (i) => mutate(at(i)),
    "replayed for another": (i) => mutate({ ...at(i), participantCommitment: stranger(i) }),
    "unknown root": (i) => withPart(i, { recordsRoot: `${i}` }),
    "1.6 MB": () => large,
  };
}

async function nameOf(asked: Promise<{ status: number; text: string }>): Promise<string> {
  // A server may close on a body that is too long before it has been read.
  const answer = await asked.catch(() => undefined);
  if (answer === undefined) return "closed";
  const { data, errors } = JSON.parse(answer.text);
  const { code, __typename } = data?.submitScreening ?? {};
  return String(code ?? __typename ?? errors?.[0]?.extensions?.code ?? `HTTP ${answer.status}`);
}
