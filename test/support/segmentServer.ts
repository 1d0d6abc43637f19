// The server's HTTP over a database of its own, without a chain: for what is served out of tables alone.
import { rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { readConfig } from "../../server/config.ts";
import { listen, serve } from "../../server/http/http.ts";
import { modules } from "../../server/modules.ts";
import type { Services } from "../../server/schema/context.ts";
import { createSegments } from "../../server/segments/segments.ts";
import { type Database, openDatabase } from "../../server/store/database.ts";
import { createLog } from "../../server/work/log.ts";
import { paperDeployment } from "./paperDeployment.ts";
import { seedDatabase, testFolder } from "./server.ts";

const states = modules.flatMap(({ publicState }) => publicState ?? []);

export const DEPLOYMENT = paperDeployment();

type How = { readonly isWarm?: boolean; readonly ratePerMinute?: number };
export type SegmentServer = {
  readonly url: string;
  readonly db: Database;
  /** Another one on the same database, as another instance of the server would be; `isWarm` has built its large logs. */
  readonly another: (how?: How) => Promise<string>;
  readonly end: () => Promise<void>;
};

export async function startSegmentServer(): Promise<SegmentServer> {
  const folder = testFolder();
  await seedDatabase(join(folder, "database"));
  const { db, close } = await openDatabase({ url: undefined, folder: join(folder, "database") });
  const listening: Awaited<ReturnType<typeof listen>>[] = [];
  const another = async ({ isWarm = false, ratePerMinute = 1_000_000 }: How = {}) => {
    const segments = createSegments({ db, deployment: DEPLOYMENT, states });
    if (isWarm) await segments.warm(new AbortController().signal);
    const http = await listen(0, "127.0.0.1");
    listening.push(http);
    serve(
      { everybody: http, operators: undefined },
      readConfig({ RELAYER_KEY: `0x${"11".repeat(32)}`, RATE_PER_MINUTE: String(ratePerMinute) }),
      {
        db,
        deployment: DEPLOYMENT,
        segments,
        indexer: { attend: async () => {} },
        sessions: { find: async () => undefined },
        log: createLog("silent"),
      } as unknown as Services,
      modules,
    );
    return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  };
  return {
    url: await another(),
    db,
    another,
    end: async () => {
      for (const http of listening) {
        http.closeAllConnections();
        http.close();
      }
      await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
