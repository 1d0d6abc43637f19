pragma circom 2.2.0;

include "./eligibility.circom";

// At most 8 criteria under 8 gates.
component main { public [scope, message, asOf] } = Eligibility(8, 8);
