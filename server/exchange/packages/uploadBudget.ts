// How much an address may send that nobody has deposited yet.

export type UploadBudget = {
  /** Takes bytes off an address's budget; false, and nothing taken, when there is too little left. */
  readonly take: (address: string, bytes: number) => boolean;
};

const HOUR_MS = 3_600_000;
/** Addresses remembered at once; the oldest are forgotten first. */
const MAX_ADDRESSES = 50_000;

/** So many bytes an hour and address, all at once if unused. */
export function createUploadBudget(bytesPerHour: number, clock = Date.now): UploadBudget {
  const known = new Map<string, { readonly left: number; readonly at: number }>();
  return {
    take: (address, bytes) => {
      const now = clock();
      const { left, at } = known.get(address) ?? { left: bytesPerHour, at: now };
      const filled = Math.min(bytesPerHour, left + ((now - at) * bytesPerHour) / HOUR_MS);
      const isEnough = filled >= bytes;
      known.delete(address);
      known.set(address, { left: isEnough ? filled - bytes : filled, at: now });
      if (known.size > MAX_ADDRESSES) known.delete(known.keys().next().value!);
      return isEnough;
    },
  };
}
