pragma circom 2.2.0;

include "./comparison.circom";

// One leaf of the criteria, against one fact of the record and its predecessor.
//
//     leaf: near 17 | far 17 | valueLo 38 | valueHi 38 | codeLo 68 | codeHi 68
//           | hasNear 1 | relative 1 | latest 1 | none 1                   (lowest bits first)
//     fact: value 38 | ONGOING - day 17 | code 68                          (lowest bits first)
//
// A leaf holds, by its kind, when
//
//     any     the fact is a hit
//     latest  the fact is a hit, and the predecessor's code is below the range: facts are sorted
//             newest first within a code, so the fact is the newest of its code
//     none    the predecessor's code is below the range, and the fact is *past* the range, or it
//             has the range's code and is *older* than the window: whatever follows is older still
//
// where a hit lies in the ranges of code and value and in the window. Why not "none: predecessor
// below the range, and not a hit"? Because a pair that lies wholly below the range is that too.
//
// The prover *claims* a leaf (claim = 1) and then everything must hold, or does not (claim = 0)
// and the leaf counts as 0. So no comparison has to yield a truth value: differences are
// multiplied by the claim and must not be negative. A leaf that is not claimed compares 0 with 0.
// A false 0 never helps: gates are monotone.
//
// NOT checked here: that the leaf is canonical (codeLo <= codeHi, one exact code for latest and
// for none with a window, no value range for none, no reserved code or value). Compiler, wallet,
// board and auditor each check that of the public program (checkCanonical).
template Criterion() {
    // The packed leaf, bound by criteriaHash.
    signal input leaf;
    // The opened pair, bound by Opening.
    signal input fact;
    signal input predecessor;
    // Day of the statement: days since 1900-01-01 (below 2^17), and yyyymmdd (below 2^27).
    signal input asOfDay;
    signal input asOfYmd;
    // 1 when the prover claims that the leaf holds. The caller counts this bit.
    signal input claim;
    // For a claimed none: 1 when the fact is past the range, 0 when in it and older.
    signal input past;

    // 1. The parameters. 250 bits, so that the leaf has one reading only.
    component l = Bits(250);
    l.in <== leaf;
    var near = 0;
    var far = 0;
    var unit = 1;
    for (var i = 0; i < 17; i++) {
        near += l.out[i] * unit;
        far += l.out[17 + i] * unit;
        unit *= 2;
    }
    var valueLo = 0;
    var valueHi = 0;
    unit = 1;
    for (var i = 0; i < 38; i++) {
        valueLo += l.out[34 + i] * unit;
        valueHi += l.out[72 + i] * unit;
        unit *= 2;
    }
    var codeLo = 0;
    var codeHi = 0;
    unit = 1;
    for (var i = 0; i < 68; i++) {
        codeLo += l.out[110 + i] * unit;
        codeHi += l.out[178 + i] * unit;
        unit *= 2;
    }
    var hasNear = l.out[246];
    var relative = l.out[247];
    var latest = l.out[248];
    var none = l.out[249];

    // A leaf of both kinds has no meaning.
    latest * none === 0;

    // 2. The fact. All 123 bits, whether the leaf is claimed or not: then a value can never
    // borrow from the day, nor the day from the code.
    component f = Bits(123);
    f.in <== fact;
    var value = 0;
    unit = 1;
    for (var i = 0; i < 38; i++) {
        value += f.out[i] * unit;
        unit *= 2;
    }
    // Stored as its complement, so that newest sorts first. 2^17 - 1 is ONGOING.
    var day = 2 ** 17 - 1;
    unit = 1;
    for (var i = 0; i < 17; i++) {
        day -= f.out[38 + i] * unit;
        unit *= 2;
    }
    var code = 0;
    unit = 1;
    for (var i = 0; i < 68; i++) {
        code += f.out[55 + i] * unit;
        unit *= 2;
    }

    // 3. What is claimed: exactly one of hit, past, older when claim is 1, none of them otherwise.
    claim * (claim - 1) === 0;
    past * (past - 1) === 0;
    // A claimed leaf of kind none.
    signal absent <== claim * none;
    // Past makes sense for those only.
    past * (1 - absent) === 0;
    var hit = claim - absent;
    var older = absent - past;

    // 4. The code. Lower bound: codeLo for a hit; for none codeHi, and one more when past. An
    // older fact must have the code codeHi itself, else a fact of an earlier code of the range
    // would hide a newer one of a later code. Differences lie in (-2^68 - 1, 2^68).
    signal aboveLo <== hit * (code - codeLo);
    signal aboveHi <== absent * (code - codeHi);
    component lower = NotNegative(68);
    lower.in <== aboveLo + aboveHi - past;

    // Upper bound: codeHi, for all but past.
    signal belowHi <== (claim - past) * (codeHi - code);
    component upper = NotNegative(68);
    upper.in <== belowHi;

    // 5. The value of a hit. With `relative` the range counts back from the day of the statement:
    // [asOfYmd - valueHi, asOfYmd - valueLo], which is the absolute range shifted by one number.
    signal shift <== relative * (asOfYmd - valueHi - valueLo);
    // The lower end may be below zero, hence one bit more: differences lie in (-2^38, 2^39).
    signal aboveValue <== hit * (value - valueLo - shift);
    component valueLower = NotNegative(39);
    valueLower.in <== aboveValue;
    signal belowValue <== hit * (valueHi + shift - value);
    component valueUpper = NotNegative(38);
    valueUpper.in <== belowValue;

    // 6. The window's far edge: a hit is not before it, an older fact is. One comparison serves
    // both, with its sign turned; differences lie in (-2^18, 2^18).
    signal sinceFar <== (hit - older) * (day - asOfDay + far);
    component farEdge = NotNegative(18);
    farEdge.in <== sinceFar - older;

    // The near edge, for a hit on a leaf that has one. Differences lie in (-2^18, 2^17).
    signal edged <== hit * hasNear;
    signal beforeNear <== edged * (asOfDay - near - day);
    component nearEdge = NotNegative(17);
    nearEdge.in <== beforeNear;

    // 7. The predecessor lies below the range, whole: code, day and value at once, 123 bits. It
    // is a slot of the record, below 2^123 by the clinic's layout.
    signal bounded <== claim * (latest + none);
    signal belowRange <== bounded * (codeLo * 2 ** 55 - 1 - predecessor);
    component predecessorBelow = NotNegative(123);
    predecessorBelow.in <== belowRange;
}
