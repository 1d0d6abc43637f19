// The part of @lhncbc/ucum-lhc 7.1.9 that units.ts uses; the package has no types.
declare module "@lhncbc/ucum-lhc" {
  type Conversion = {
    status: "succeeded" | "failed" | "error";
    toVal: number | null;
    msg: string[];
  };
  type Options = { molecularWeight?: number; charge?: number };
  type Utils = {
    convertUnitTo(from: string, value: number, to: string, options?: Options): Conversion;
    validateUnitString(unit: string): { status: "valid" | "invalid" | "error" };
  };
  const ucum: { UcumLhcUtils: { getInstance(): Utils } };
  export default ucum;
}
