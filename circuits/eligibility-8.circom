pragma circom 2.2.0;

include "./eligibility.circom";

// At most 8 criteria under 8 gates, whose words fit into one.
component main { public [recordsRoot, scope, message, asOf] } = Eligibility(8, 8, 8);
