pragma circom 2.2.0;

include "./eligibility.circom";

// At most 32 criteria under 16 gates, four of them a word.
component main { public [recordsRoot, scope, message, asOf] } = Eligibility(32, 16, 4);
