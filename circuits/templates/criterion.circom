pragma circom 2.2.0;

include "./comparison.circom";

// One leaf of the criteria, against one fact of the record and its predecessor.
//
//     codes:      codeLo + 2^128 codeHi
//     parameters: near 17 | far 17 | valueLo 38 | valueHi 38
//                 | hasNear 1 | relative 1 | latest 1 | none 1             (lowest bits first)
//     fact:       value 38 | ONGOING - day 17 | code 68                    (lowest bits first)
//
// A leaf holds, by its kind, when
//
//     any     the fact is a hit
//     latest  the fact is a hit of the one code there is, and the predecessor's code is below it:
//             facts are sorted newest first within a code, so the fact is the newest of its code
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
// Three numbers are not taken apart into bits: the fact's code, codeLo and codeHi. The comparisons
// of step 4 bound them as far as is needed, for the fact is a slot of the record and the two others
// are bound by the hash of `codes`. SOUNDNESS.md has the argument: with code = C + e / 2^55 for a
// wrong split of the fact, all equations become one between whole numbers below the field's order,
// and e = 0 is its one solution.
//
// NOT checked here: that fact and predecessor are slots of the record, hence below 2^123 (Opening,
// and the clinic's layout); that `codes` is hashed and `parameters` are the bits of what is hashed
// (the caller); that the leaf is canonical (codes below 2^68, codeLo <= codeHi, one exact code for
// latest and for none with a window, no value range for none, no reserved code or value). Compiler,
// wallet, board and auditor each check that of the public program (checkCanonical).
template Criterion() {
    // The range of codes, and the one word in which it is hashed.
    signal input codeLo;
    signal input codeHi;
    // The leaf's other parameters, as bits: the caller took them from a word that is hashed.
    signal input parameters[114];
    // The opened fact in two parts, its code and the 55 bits below it.
    signal input code;
    signal input dayAndValue;
    // The slot before it.
    signal input predecessor;
    // Day of the statement: days since 1900-01-01 (below 2^17), and yyyymmdd (below 2^27).
    signal input asOfDay;
    signal input asOfYmd;
    // 1 when the prover claims that the leaf holds. The caller counts this bit.
    signal input claim;
    // For a claimed none: 1 when the fact is past the range, 0 when in it and older.
    signal input past;

    // What the caller hashes.
    signal output codes;
    // What the caller opens.
    signal output fact;

    codes <== codeLo + codeHi * 2 ** 128;
    fact <== code * 2 ** 55 + dayAndValue;

    // 1. The parameters.
    var near = 0;
    var far = 0;
    var unit = 1;
    for (var i = 0; i < 17; i++) {
        near += parameters[i] * unit;
        far += parameters[17 + i] * unit;
        unit *= 2;
    }
    var valueLo = 0;
    var valueHi = 0;
    unit = 1;
    for (var i = 0; i < 38; i++) {
        valueLo += parameters[34 + i] * unit;
        valueHi += parameters[72 + i] * unit;
        unit *= 2;
    }
    var hasNear = parameters[110];
    var relative = parameters[111];
    var latest = parameters[112];
    var none = parameters[113];

    // A leaf of both kinds has no meaning.
    latest * none === 0;

    // 2. Day and value. 55 bits, whether the leaf is claimed or not: then a value can never borrow
    // from the day, nor the day from the code.
    component f = Bits(55);
    f.in <== dayAndValue;
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

    // 3. What is claimed: exactly one of any, newest, past, older when claim is 1, none of them
    // otherwise. A hit is one of the first two, absent one of the last two.
    claim * (claim - 1) === 0;
    past * (past - 1) === 0;
    signal newest <== claim * latest;
    signal absent <== claim * none;
    // Past makes sense for absence only.
    past * (1 - absent) === 0;
    var hit = claim - absent;
    var any = hit - newest;
    var older = absent - past;

    // 4. The code. Lower bound: codeLo for a hit; for absence codeHi, and one more when past; 0 for
    // a leaf that is not claimed, so that the code is bounded then, too.
    signal ofClaim <== codeLo * claim;
    component lower = NotNegativeIf(68);
    lower.difference <== codeLo - codeHi;
    lower.factor <== absent;
    lower.offset <== code - ofClaim - past;

    // Where there can be one code only, it is codeHi itself: of a latest leaf, and of a fact older than
    // a window. Otherwise the newest of another code would do.
    (code - codeHi) * (newest + older) === 0;

    // One range check serves two: for any it is the code's upper bound, codeHi; for newest and
    // absent it says that the predecessor lies below the range, whole: code, day and value at once,
    // 123 bits. The first has 68 bits only. Neither is needed of the other.
    signal belowHi <== (codeHi - code) * any;
    signal belowLo <== (codeLo * 2 ** 55 - 1 - predecessor) * (newest + absent);
    component below = Bits(123);
    below.in <== belowHi + belowLo;
    var beyond = 0;
    unit = 1;
    for (var i = 68; i < 123; i++) {
        beyond += below.out[i] * unit;
        unit *= 2;
    }
    beyond * any === 0;

    // 5. The value of a hit. With `relative` the range counts back from the day of the statement:
    // [asOfYmd - valueHi, asOfYmd - valueLo], which is the absolute range shifted by one number.
    signal shift <== (asOfYmd - valueHi - valueLo) * relative;
    // The lower end may be below zero, hence one bit more: differences lie in (-2^38, 2^39).
    component valueLower = NotNegativeIf(39);
    valueLower.difference <== value - valueLo - shift;
    valueLower.factor <== hit;
    valueLower.offset <== 0;
    component valueUpper = NotNegativeIf(38);
    valueUpper.difference <== valueHi + shift - value;
    valueUpper.factor <== hit;
    valueUpper.offset <== 0;

    // 6. The window's far edge: a hit is not before it, an older fact is. One comparison serves
    // both, with its sign turned; differences lie in (-2^18, 2^18).
    component farEdge = NotNegativeIf(18);
    farEdge.difference <== day - asOfDay + far;
    farEdge.factor <== hit - older;
    farEdge.offset <== -older;

    // The near edge, for a hit on a leaf that has one. Differences lie in (-2^18, 2^17).
    signal edged <== hit * hasNear;
    component nearEdge = NotNegativeIf(17);
    nearEdge.difference <== asOfDay - near - day;
    nearEdge.factor <== edged;
    nearEdge.offset <== 0;
}
