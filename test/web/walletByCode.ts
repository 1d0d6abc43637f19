// A patient types the clinic's code in their wallet: mistyped, right, and once more.
import type { Page } from "playwright-core";
import type { Actor } from "../../client/actor/actor.ts";
import { leaveByCode } from "../../client/handover/byCode.ts";
import { sees, takeRecord } from "./wallet.ts";

export async function takesByCode(of: {
  page: Page;
  clinic: Pick<Actor, "api">;
  /** The patient's file. */
  record: string;
}): Promise<void> {
  const { page, clinic, record } = of;
  const content = JSON.parse(record) as unknown;
  const { code } = await leaveByCode({ api: clinic.api, content });
  await takeRecord(page, `${code.slice(0, -1)}U`);
  await sees(page, "This cannot be read");
  await takeRecord(page, code);
  await sees(page, "The record is in your wallet");
  await takeRecord(page, code.toLowerCase());
  await sees(page, "Nothing waits under this code");
}
