/**
 * Tests of rarer cases of pages whose usual ones are in every run: left out of a whole `npm test`, and steps of
 * `npm run evidence -- pages`, those of research data of `npm run evidence -- data`. None that the map of attacks names is
 * among them (`security/map`).
 */
export const RARER_PAGES = {
  "the wallet and the site": [
    ...["camera", "siteActs", "walletAmendment", "walletSuccession"],
    ...["walletLanguages", "walletRepresenting", "walletWaits"],
  ],
  "the organisations": [
    ...["auditorLimits", "boardLimits", "clinicCodes"],
    ...["sponsorCriteria", "sponsorExamples", "sponsorImport"],
  ],
  "research data": [
    ...["auditorExchange", "sponsorCollections", "sponsorData"],
    ...["walletDataFaults", "walletKeyboard"],
  ],
} as const;

/** Where they lie. */
export const pageTests = (names: readonly string[]) =>
  names.map((name) => `test/web/${name}.test.ts`);
