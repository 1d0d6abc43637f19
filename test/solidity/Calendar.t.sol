// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {AsOf} from "../../contracts/AsOf.sol";
import {DayOutOfRange} from "../../contracts/Refusals.sol";
import {pick, vm} from "./Vm.sol";

/// @dev The calendar against one that counts years and months as a child would.
contract CalendarTest {
    /// 17 bits of days, from 1900-01-01 to 2258-11-11.
    uint256 private constant LAST_DAY = 131_071;

    function test_first_and_last_day_are_those_of_the_signal() external pure {
        require(AsOf.ymdOf(0) == 19_000_101, "first day");
        require(AsOf.ymdOf(LAST_DAY) == 22_581_111, "last day");
        require(AsOf.dayOf(0) == 25_567 && AsOf.ymdOf(25_567) == 19_700_101, "Unix epoch");
        require(AsOf.ymdOf(36_582) == 20_000_228 && AsOf.ymdOf(36_583) == 20_000_229, "leap 2000");
        require(AsOf.ymdOf(58) == 19_000_228 && AsOf.ymdOf(59) == 19_000_301, "no leap 1900");
    }

    function testFuzz_every_day_has_the_date_that_counting_gives(uint256 seed) external pure {
        uint256 day = pick(seed, 0, LAST_DAY);
        require(AsOf.ymdOf(day) == counted(day), "another date");
        require(AsOf.pack(day) >> 27 == day, "the day is not above the date");
        require(AsOf.pack(day) & (2 ** 27 - 1) == counted(day), "the date is not below");
    }

    function testFuzz_later_days_have_later_dates(uint256 a, uint256 b) external pure {
        (a, b) = (pick(a, 0, LAST_DAY), pick(b, 0, LAST_DAY));
        if (a == b) return;
        require((AsOf.ymdOf(a) < AsOf.ymdOf(b)) == (a < b), "dates out of order");
        require((AsOf.pack(a) < AsOf.pack(b)) == (a < b), "signals out of order");
    }

    function testFuzz_a_day_turns_at_midnight_to_the_second(uint256 seed) external pure {
        uint256 midnight = pick(seed, 1, 100_000) * 1 days;
        require(AsOf.dayOf(midnight) == AsOf.dayOf(midnight - 1) + 1, "midnight");
        require(AsOf.dayOf(midnight) == AsOf.dayOf(midnight + 1 days - 1), "the day's last second");
    }

    function testFuzz_a_proof_may_be_of_today_or_some_days_ago(
        uint256 time,
        uint256 age,
        bool future
    ) external {
        vm.warp(pick(time, 10 days, 30_000 days));
        age = pick(age, 0, 6);
        uint256 today = AsOf.dayOf(block.timestamp);
        uint256 day = future ? today + age : today - age;
        bool fits = day <= today && today - day <= 3;
        (bool accepted, bytes memory data) = ask(AsOf.pack(day));
        require(accepted == fits, "another range");
        if (!accepted) require(isRefusal(data, today), "another refusal");
    }

    /// @dev A date that is not the day's, however near, and any bit above.
    function testFuzz_any_bit_changed_in_the_signal_is_refused(uint256 time, uint8 bit) external {
        vm.warp(pick(time, 10 days, 30_000 days));
        uint256 asOf = AsOf.pack(AsOf.dayOf(block.timestamp));
        (bool accepted, ) = ask(asOf);
        require(accepted, "today");
        (accepted, ) = ask(asOf ^ (1 << bit));
        require(!accepted, "a changed bit");
    }

    function requireRecent(uint256 asOf) external view {
        AsOf.requireRecent(asOf, 3);
    }

    function ask(uint256 asOf) private view returns (bool, bytes memory) {
        return address(this).staticcall(abi.encodeCall(this.requireRecent, (asOf)));
    }

    function isRefusal(bytes memory data, uint256 today) private pure returns (bool) {
        return keccak256(data) == keccak256(abi.encodeWithSelector(DayOutOfRange.selector, today));
    }

    function counted(uint256 day) private pure returns (uint256) {
        uint256 year = 1900;
        for (; day >= (isLeap(year) ? 366 : 365); year++) day -= isLeap(year) ? 366 : 365;
        uint8[12] memory months = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        if (isLeap(year)) months[1] = 29;
        uint256 month = 0;
        for (; day >= months[month]; month++) day -= months[month];
        return year * 10_000 + (month + 1) * 100 + day + 1;
    }

    function isLeap(uint256 year) private pure returns (bool) {
        return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    }
}
