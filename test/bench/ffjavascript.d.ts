declare module "ffjavascript" {
  /** The curve that snarkjs computes with; single-threaded when asked. */
  export function buildBn128(
    singleThread?: boolean,
  ): Promise<{ terminate(): Promise<void>; [part: string]: unknown }>;
}
