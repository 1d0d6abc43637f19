// An exchange of real processes, each of which can be killed and started again: Anvil with its state on disk,
// the server, and PostgreSQL (or PGlite inside the server's process).
import { rmSync } from "node:fs";
import { join } from "node:path";
import { freePort, startAnvil } from "../../server/embedded/anvil.ts";
import { startChain, type TestChain } from "../support/chain.ts";
import { startPostgres } from "../support/postgres.ts";
import { environmentOf, seedDatabase, testFolder } from "../support/server.ts";
import { killHard, prepareServer } from "../support/serverProcess.ts";
import { trapdoorDeployment } from "../support/stage.ts";

export type Victim = "server" | "chain" | "database";
export type DatabaseKind = "postgresql" | "pglite";

export type Stand = {
  readonly chain: TestChain;
  /** The server's address, the same in every life of it. */
  readonly url: string;
  readonly kill: (victim: Victim) => Promise<void>;
  readonly restart: (victim: Victim) => Promise<void>;
  /** Puts the chain's state on disk now. */
  readonly save: () => Promise<void>;
  /** The last of what the server printed. */
  readonly said: () => string;
  /** Rejects when the server ends although nobody killed it. */
  readonly whileUp: <T>(work: Promise<T>) => Promise<T>;
  /** Ends every process and removes the folder. */
  readonly end: () => Promise<void>;
};

type Part = { readonly kill: () => Promise<void>; readonly restart: () => Promise<void> };
type Undo = (() => Promise<unknown> | unknown)[];

/** Starts everything on free ports; nobody is accredited yet. */
export async function startStand(database: DatabaseKind): Promise<Stand> {
  const undo: Undo = [];
  const end = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    return { ...(await start(database, undo)), end };
  } catch (problem) {
    await end();
    throw problem;
  }
}

async function start(database: DatabaseKind, undo: Undo): Promise<Omit<Stand, "end">> {
  const folder = testFolder();
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  const chainFolder = join(folder, "chain");
  const chain = await startChain({ ...trapdoorDeployment(), folder: chainFolder });
  undo.push(() => chain.provider.destroy());
  const anvil = chainPart(chain, chainFolder, undo);
  const environment: Record<string, string> = {
    ...environmentOf(chain, folder),
    PORT: String(await freePort()),
    // Screenings wait for each other, so that kills meet them waiting and together.
    SCREEN_MANY_SECONDS: "1",
    LOG_LEVEL: "warn",
  };
  let postgres: Part | undefined;
  if (database === "postgresql") {
    const started = await startPostgres();
    undo.push(started.end);
    environment.DATABASE_URL = started.url;
    postgres = { kill: started.kill, restart: started.start };
  } else {
    await seedDatabase(environment.DATA_DIR!);
  }
  const server = await serverPart(environment, undo);
  // PGlite runs in the server's process and dies with it.
  const parts = { chain: anvil, server, database: postgres ?? server };
  return {
    chain,
    url: `http://127.0.0.1:${environment.PORT}`,
    kill: (victim) => parts[victim].kill(),
    restart: (victim) => parts[victim].restart(),
    save: anvil.save,
    said: server.said,
    whileUp: server.whileUp,
  };
}

function chainPart(
  { anvil: first, provider }: TestChain,
  folder: string,
  undo: Undo,
): Part & { save: () => Promise<void> } {
  const { place } = first;
  let anvil = first;
  undo.push(() => anvil.stop());
  return {
    kill: async () => {
      await killHard(anvil.process);
      // Its snapshots were taken from here: they end with it, as when the whole machine dies.
      await anvil.stop();
    },
    restart: async () => {
      anvil = await startAnvil({ folder, place });
    },
    save: async () => {
      // Balances that were set make no block, and without a new block there is nothing to save.
      await provider.send("evm_mine", []);
      await anvil.persist();
    },
  };
}

async function serverPart(
  environment: Record<string, string>,
  undo: Undo,
): Promise<Part & Pick<Stand, "said" | "whileUp">> {
  let current = prepareServer(environment);
  // The next life is loaded beforehand: what is tested is what it does with what it finds.
  let spare: typeof current | undefined;
  let isExpected = false;
  let fail = (_: Error) => {};
  const failure = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failure.catch(() => {});
  const go = async () => {
    const { child, said } = current;
    child.once("exit", (code) => {
      if (!isExpected) fail(new Error(`the server ended by itself (${code}): ${said()}`));
    });
    await current.go();
    isExpected = false;
    spare = prepareServer(environment);
  };
  undo.push(() => {
    isExpected = true;
    return Promise.all([current, spare].map((one) => one && killHard(one.child)));
  });
  await go();
  return {
    kill: () => {
      isExpected = true;
      return killHard(current.child);
    },
    restart: async () => {
      current = spare ?? prepareServer(environment);
      await go();
    },
    said: () => current.said(),
    whileUp: (work) => Promise.race([work, failure]),
  };
}
