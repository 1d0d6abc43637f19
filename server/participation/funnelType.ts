// How many people got how far in a trial. Counts only.
import { builder } from "../schema/builder.ts";
import type { FunnelShape } from "./funnel.ts";

export const FunnelType = builder.objectRef<FunnelShape>("Funnel").implement({
  description: "Counts of a trial. Who is not eligible never shows: they submit nothing.",
  fields: (t) => ({
    screened: t.exposeInt("screened", {
      description: "Accepted eligibility proofs, one per person.",
    }),
    consented: t.exposeInt("consented", { description: "Pseudonyms that ever consented." }),
    consenting: t.exposeInt("consenting", { description: "Pseudonyms whose consent is active." }),
    enrolled: t.exposeInt("enrolled", { description: "Pseudonyms that were ever enrolled." }),
    arrived: t.exposeInt("arrived", { description: "Pseudonyms that ever arrived at a site." }),
    placesTaken: t.exposeInt("placesTaken", {
      description: "Places of the trial that are taken: by those expected, and by all who arrived.",
    }),
    pendingOnStudy: t.exposeInt("pendingOnStudy", {
      description: "Enrolled now, not yet arrived.",
    }),
    onStudy: t.exposeInt("onStudy", { description: "On study now." }),
    onHold: t.exposeInt("onHold", { description: "Enrolled, but held by an amendment." }),
    withdrawn: t.exposeInt("withdrawn", { description: "Withdrawn." }),
    offStudy: t.exposeInt("offStudy", { description: "Finished, or place freed." }),
    ineligible: t.exposeInt("ineligible", { description: "Screen failures at a site." }),
  }),
});
