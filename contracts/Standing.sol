// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {State} from "./ParticipantTypes.sol";
import {ConsentExpired, ConsentMissing, UnknownParticipant, WrongState} from "./Refusals.sol";

/// The first slot of a StoredParticipant, as Enrollment.standingsOf gives it; 0: nobody has this
/// pseudonym. It holds all that decides whether something of theirs may be released.
type Standing is uint256;

using Standings for Standing global;

/// @title Reads a standing, field by field in the order of StoredParticipant.
library Standings {
    function state(Standing standing) internal pure returns (State) {
        return State(uint8(Standing.unwrap(standing)));
    }

    /// @notice Of the last full consent.
    function version(Standing standing) internal pure returns (uint32) {
        return uint32(Standing.unwrap(standing) >> 8);
    }

    /// @notice Of the last statement; none after a withdrawal and for a retired pseudonym.
    function permissions(Standing standing) internal pure returns (uint32) {
        return uint32(Standing.unwrap(standing) >> 40);
    }

    function siteId(Standing standing) internal pure returns (uint32) {
        return uint32(Standing.unwrap(standing) >> 72);
    }

    /// @notice Unix time in seconds; 0 for a retired pseudonym.
    function validUntil(Standing standing) internal pure returns (uint256) {
        return uint256(uint24(Standing.unwrap(standing) >> 168)) * 1 days;
    }

    /// @notice Unix time in seconds: names the enrollment.
    function arriveBy(Standing standing) internal pure returns (uint40) {
        return uint40(Standing.unwrap(standing) >> 192);
    }

    /// @notice Whether a succession took the person on to another pseudonym.
    function isRetired(Standing standing) internal pure returns (bool) {
        return state(standing) == State.OffStudy && validUntil(standing) == 0;
    }

    /// @notice Why nothing of a participant may be released now in a running trial, as the selector
    /// of a refusal; 0: it may.
    /// @param consentVersion The oldest version whose consent is enough.
    function gap(
        Standing standing,
        uint32 permission,
        uint32 consentVersion
    ) internal view returns (bytes4) {
        State now_ = state(standing);
        if (now_ == State.None) return UnknownParticipant.selector;
        // They arrived. Whoever withdrew or failed screening did so in another state.
        if (now_ != State.OnStudy && now_ != State.OffStudy) return WrongState.selector;
        if (permission & ~permissions(standing) != 0) return ConsentMissing.selector;
        // As Enrollment's own rule for enrolling and arriving.
        if (version(standing) < consentVersion) return ConsentMissing.selector;
        if (validUntil(standing) < block.timestamp) return ConsentExpired.selector;
        return 0;
    }
}
