// The numbers that keep hashes apart, as they are published: a change of either voids every record there is.

/** Poseidon's label of "cohort-zero/identity/2": the first input of an identity commitment. */
export const IDENTITY =
  206050483435790013819823169413921353776433248599167774846883876490471448781n;

/** Of "cohort-zero/registry/2": the last input of a leaf of the registry. */
export const REGISTRY = 23214668459329082092407884556459852862664917881760467607384684800880596086n;
