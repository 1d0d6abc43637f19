// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {DayOutOfRange} from "./Refusals.sol";

/// @title The public signal `asOf`: days since 1900-01-01 (17 bits) above yyyymmdd (27 bits).
/// @dev Mirrors circuits/statement/encoding/day.ts; golden vectors in test/contracts.
library AsOf {
    /// 1900-01-01 is this many days before the Unix epoch.
    uint256 private constant EPOCH_DAYS = 25_567;
    uint256 private constant YMD_BITS = 27;

    /// @notice Day (UTC) of a Unix time in seconds.
    function dayOf(uint256 timestamp) internal pure returns (uint256) {
        return timestamp / 1 days + EPOCH_DAYS;
    }

    /// @notice The signal for a day.
    function pack(uint256 day) internal pure returns (uint256) {
        return (day << YMD_BITS) | ymdOf(day);
    }

    /// @notice yyyymmdd of a day. Days to a civil date by counting from 1 March 0000 in eras of 400
    /// years (H. Hinnant, chrono-Compatible Low-Level Date Algorithms).
    function ymdOf(uint256 day) internal pure returns (uint256) {
        unchecked {
            // 1900-01-01 is day 693,901 of the era that starts on 0000-03-01.
            uint256 z = day + 693_901;
            uint256 era = z / 146_097;
            uint256 dayOfEra = z - era * 146_097;
            uint256 yearOfEra =
                (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
            uint256 dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
            uint256 shifted = (5 * dayOfYear + 2) / 153;
            uint256 dayOfMonth = dayOfYear - (153 * shifted + 2) / 5 + 1;
            uint256 month = shifted < 10 ? shifted + 3 : shifted - 9;
            uint256 year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
            return year * 10_000 + month * 100 + dayOfMonth;
        }
    }

    /// @notice Refuses a day after the chain's, one older than `maxAgeDays`, and a date that is not
    /// the day's.
    function requireRecent(uint256 asOf, uint256 maxAgeDays) internal view {
        uint256 today = dayOf(block.timestamp);
        uint256 day = asOf >> YMD_BITS;
        if (day > today || day + maxAgeDays < today || asOf != pack(day))
            revert DayOutOfRange(today);
    }
}
