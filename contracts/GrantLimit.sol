// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {TooManyGrants} from "./Refusals.sol";

/// @title How often one pseudonym may grant: once an hour and twelve times in thirty days, counted
/// in whole hours (UTC).
/// @notice Whoever relays grants pays for them; this bounds what one participant can make them pay.
/// Taking a permission back never waits. It counts like any grant, so that a permission given again
/// waits: in thirty days a pseudonym has twelve grants and, after the last of them that was not of
/// this kind, as many as it had permissions.
/// @dev Kept in what the participant's two slots leave free: the hour of the last grant and the
/// eleven gaps between the last twelve, in hours, newest lowest. A gap of thirty days or more is
/// kept as thirty days: it ends every wait by itself.
library GrantLimit {
    uint256 internal constant DAYS_30 = 720;
    uint256 private constant GAP_BITS = 10;
    uint256 private constant GAPS = 11;
    uint256 private constant GAP_MASK = 2 ** GAP_BITS - 1;
    uint256 private constant ALL_MASK = 2 ** (GAP_BITS * GAPS) - 1;

    /// @notice The hour and the gaps after a grant now. Refuses one that comes too soon, naming
    /// the time from which on the next is taken.
    /// @param lastHour Hours from the Unix epoch to the last grant; 0 if there is none.
    /// @param takesBack Whether it takes a permission away and gives nothing.
    function afterGrant(
        uint256 lastHour,
        uint256 gaps,
        bool takesBack
    ) internal view returns (uint24 hour, uint112 newGaps) {
        uint256 now_ = block.timestamp / 1 hours;
        uint256 next = takesBack ? now_ : _nextHour(lastHour, gaps);
        if (now_ < next) revert TooManyGrants(next * 1 hours);
        uint256 gap = now_ - lastHour;
        if (gap > DAYS_30) gap = DAYS_30;
        return (uint24(now_), uint112(((gaps << GAP_BITS) | gap) & ALL_MASK));
    }

    /// @dev An hour after the last grant and thirty days after the twelfth last.
    function _nextHour(uint256 lastHour, uint256 gaps) private pure returns (uint256) {
        if (lastHour == 0) return 0;
        uint256 sinceTwelfth;
        for (uint256 rest = gaps; rest != 0; rest >>= GAP_BITS) sinceTwelfth += rest & GAP_MASK;
        uint256 wait = sinceTwelfth < DAYS_30 ? DAYS_30 - sinceTwelfth : 1;
        return lastHour + wait;
    }
}
