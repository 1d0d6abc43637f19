// What requests cost. Charged before the work is done, by what was asked for.

/**
 * What things cost, in units of 5 ms of this process's CPU, rounded up (`npm run bench -- work` measures each). With
 * RATE_PER_MINUTE of 6,000 units that is 30 seconds of CPU a minute for an address.
 */
export const COSTS = {
  /** Any request. */
  request: 1,
  /** A GraphQL request on top: parsed, checked, resolved. Introspection is the dearest without rows. */
  graphql: 2,
  /** The largest body, to parse; smaller ones in proportion. */
  body: 8,
  /** A proof, were it false: true ones are verified together and cost a tenth. */
  proof: 4,
  /** A call that the node is asked about and that may be stored. */
  submission: 4,
  /** A row that a page may have. */
  row: 0.02,
  /** A leaf of a batch whose tree is built. */
  leaf: 0.1,
  /** A megabyte of an artifact as it lies there, packed; and one unpacked for a client that cannot. */
  sending: 1.5,
  unpacking: 6,
  /** A head of public state made anew: the first who asks after a block pays for all. */
  head: 6,
  /** An event read into a log of public state, or again for a segment that is no longer kept. */
  event: 0.01,
  /** A segment unpacked for a client that cannot. */
  segment: 2,
  /** A signature in a sign-in. */
  signIn: 4,
} as const;
