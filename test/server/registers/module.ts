// A capability that only a test has: it counts the calls that were forwarded, and keeps a note of each account.
import { asc } from "drizzle-orm";
import { z } from "zod";
import { RECORDS_LOG } from "../../../circuits/statement/encoding/publicLog.ts";
import type { Module } from "../../../server/module.ts";
import { builder } from "../../../server/schema/builder.ts";
import { address } from "../../../server/store/backup.ts";
import { forwardedCalls, notes } from "./tables.ts";

/** Units that a note costs. */
export const NOTE_COST = 300;

function fields(): void {
  builder.queryFields((t) => ({
    forwardedCalls: t.field({
      right: "anyone",
      cost: 0,
      type: ["Address"],
      description: "Whose calls were forwarded, in order.",
      resolve: async (_, __, { db }) => {
        const rows = await db.select().from(forwardedCalls).orderBy(asc(forwardedCalls.position));
        return rows.map(({ signer }) => signer);
      },
    }),
  }));
  builder.mutationFields((t) => ({
    leaveNote: t.boolean({
      right: "signedIn",
      cost: NOTE_COST,
      description: "Keeps a note of the account signed in.",
      args: { text: t.arg.string({ description: "The note.", validate: z.string().max(100) }) },
      resolve: async (_, { text }, { db, session }) => {
        const row = { account: session!.address, text };
        await db
          .insert(notes)
          .values(row)
          .onConflictDoUpdate({ target: notes.account, set: { text } });
        return true;
      },
    }),
  }));
}

export const registers: Module = {
  name: "registers",
  contracts: ["ERC2771Forwarder"],
  tables: [forwardedCalls],
  events: {
    ExecutedForwardRequest: (tx, { position, arguments: { signer } }) =>
      tx.insert(forwardedCalls).values({ position, signer }),
  },
  schema: fields,
  publicState: {
    path: "/state/registers",
    isName: (subject) => subject === "registers",
    projection: {
      log: RECORDS_LOG,
      events: { ExecutedForwardRequest: ({ signer }) => ({ kind: "E", clinic: signer }) },
    },
    readRest: async (tx) => ({
      fields: { notes: (await tx.select().from(notes)).length },
      contents: [],
    }),
    isThere: async () => true,
    countUploads: (db) => db.$count(notes),
  },
  backups: {
    notes: {
      key: ["account"],
      row: z.strictObject({ account: address, text: z.string() }),
      page: 100,
    },
  },
};
