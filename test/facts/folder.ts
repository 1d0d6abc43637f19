// Where real charts are looked for: a folder of FHIR R4 Bundles of one patient each, gzipped or not.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** CHARTS_FOLDER, else the folder in which this project's developers keep a hundred Synthea patients. */
export const CHARTS_FOLDER =
  process.env.CHARTS_FOLDER ??
  fileURLToPath(new URL("../../../shared/fhir/synthea", import.meta.url));

export const HOW_TO_GIVE_ONE = existsSync(CHARTS_FOLDER)
  ? ""
  : `there is no ${CHARTS_FOLDER}; give CHARTS_FOLDER=<a folder of FHIR R4 Bundles, one patient each>`;
