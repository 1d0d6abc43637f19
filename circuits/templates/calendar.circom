pragma circom 2.2.0;

include "./comparison.circom";

// Takes the public signal `asOf` apart: the day on which the statement is made, once as a count of
// days since 1900-01-01 (windows, record age) and once as yyyymmdd (ages).
//
//     asOf = day (17 bits) * 2^27 + yyyymmdd (27 bits)
//
// Why both? Age in years is a matter of the calendar, and yyyymmdd makes it one subtraction: a
// person is at least 50 when birth + 500000 <= today, 29 February included. Converting days to
// dates inside the circuit would cost more than a public number that anybody can check.
//
// NOT checked here: that the two halves name the same day, and that it is today. The contract does
// both (and refuses a day after its own); in TypeScript `dayOfAsOf` does.
template Calendar() {
    signal input asOf;
    // Days since 1900-01-01, below 2^17.
    signal output day;
    // yyyymmdd as one number, below 2^27.
    signal output ymd;

    // 44 bits and not one more: an `asOf` with anything above them is refused.
    component bits = Bits(44);
    bits.in <== asOf;

    var ymdSum = 0;
    var unit = 1;
    for (var i = 0; i < 27; i++) {
        ymdSum += bits.out[i] * unit;
        unit *= 2;
    }
    ymd <== ymdSum;

    var daySum = 0;
    unit = 1;
    for (var i = 0; i < 17; i++) {
        daySum += bits.out[27 + i] * unit;
        unit *= 2;
    }
    day <== daySum;
}
