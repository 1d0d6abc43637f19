// `cohort site`, the short acts: screen failure, completion, and a withdrawal declared at the desk.
import type { Command } from "commander";
import { trialIdOf } from "../../circuits/statement/trial/trial.ts";
import { requireDeskKey, requireSiteKey } from "../site/deskStaff.ts";
import { plainAct, signSiteAct, submitSiteAct, submitSiteWithdrawal } from "../site/sign.ts";
import { pickNumber, protocolIn, wholeIn } from "./argument.ts";
import { contextOf } from "./context.ts";
import { withExamples } from "./options.ts";
import { print, shorten } from "./output.ts";

const ACTS = {
  "screen-failure": ["ScreenFailure", "the person does not qualify; frees the place"],
  complete: ["Completion", "the person's part in the study is over"],
  withdraw: ["Withdrawal", "the person declared here that they withdraw"],
} as const;
type ActName = keyof typeof ACTS;

/** Adds the acts that need no proof. */
export function addSiteActCommands(site: Command): void {
  for (const name of Object.keys(ACTS) as ActName[]) {
    withExamples(
      site
        .command(`${name} <protocol> <site> <pseudonym>`)
        .description(ACTS[name][1])
        .option("--as <role>", "development key to sign with", "site-1")
        .action(signing(name)),
      `site ${name} CZ-T2D-001 1 1203584712`,
    );
  }
}

function signing(name: ActName) {
  const [type] = ACTS[name];
  return async (
    protocolNumber: string,
    site: string,
    typed: string,
    { as }: { as: string },
    command: Command,
  ) => {
    const context = contextOf(command);
    const siteId = wholeIn(site, "site");
    const protocol = protocolIn(protocolNumber);
    const api = context.api();
    context.progress.step("Signing and sending...");
    const [state, { chainId, contracts, chainTime: now }] = await Promise.all([
      api.publicState(trialIdOf(protocol)),
      api.deployment(),
    ]);
    const among = state.participants.map((one) => one.pseudonym);
    const none = "UnknownParticipant";
    const pseudonym = pickNumber({ text: typed, name: "pseudonym", among, none });
    const signer = context.signer(as);
    // Whoever sits at the desk turns away; what ends a participation the site's own key signs.
    if (type === "ScreenFailure") {
      const events = await api.trialEvents(protocol);
      await requireDeskKey({ signer, state, siteId, events, now });
    } else {
      await requireSiteKey({ signer, state, siteId });
    }
    const signed = await signSiteAct({
      signer,
      domain: { chainId, enrollment: contracts.Enrollment! },
      name: type,
      act: plainAct({ state, pseudonym, siteId, now }),
    });
    const sent =
      type === "Withdrawal"
        ? await submitSiteWithdrawal(api, signed)
        : await submitSiteAct({ api, name: type, signed });
    await api.settle(sent);
    context.progress.end();
    const text = `${name}: signed and recorded for pseudonym ${shorten(pseudonym)}.`;
    print(context.json, { [name]: pseudonym }, text);
  };
}
