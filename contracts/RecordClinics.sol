// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Role} from "./Accreditation.sol";
import {Acting} from "./Acting.sol";
import {ClinicIsVoided, TooManyRevocations} from "./Refusals.sol";

/// @title What a clinic has in the registry and what it may: slots, its quota of them, acts a day
/// that void roots, and whether governance has ended it.
abstract contract RecordClinics is Acting {
    uint256 public constant DEFAULT_QUOTA = 64;
    uint256 public constant DEFAULT_REVOCATION_LIMIT = 24;

    /// Slots: of the tree, those with tombstones included; live: those with leaves. Of quota and
    /// limit 0 stands for the default.
    struct Standing {
        uint32 slots;
        uint32 live;
        uint32 quota;
        uint32 revocationLimit;
        bool voided;
    }
    mapping(address clinic => Standing) internal _standings;

    /// Acts of a clinic that voided roots, on a day (UTC, counted from 1970).
    mapping(address clinic => mapping(uint256 day => uint256)) public revocationsOn;

    /// What is in force from now on, the default by its number.
    event QuotaSet(address indexed clinic, uint256 slots);
    event RevocationLimitSet(address indexed clinic, uint256 perDay);

    modifier onlyClinic() {
        _requireClinic(_msgSender());
        _;
    }

    /// @notice How many slots a clinic may have; 0 stands for the default. It keeps what it has.
    function setQuota(address clinic, uint256 slots) external onlyGovernance {
        _standings[clinic].quota = uint32(Math.min(slots, type(uint32).max));
        emit QuotaSet(clinic, quotaOf(clinic));
    }

    /// @notice How many acts of a clinic may void roots on a day (UTC); 0 stands for the default.
    function setRevocationLimit(address clinic, uint256 perDay) external onlyGovernance {
        _standings[clinic].revocationLimit = uint32(Math.min(perDay, type(uint32).max));
        emit RevocationLimitSet(clinic, revocationLimitOf(clinic));
    }

    function quotaOf(address clinic) public view returns (uint256) {
        uint256 quota = _standings[clinic].quota;
        return quota == 0 ? DEFAULT_QUOTA : quota;
    }

    function revocationLimitOf(address clinic) public view returns (uint256) {
        uint256 limit = _standings[clinic].revocationLimit;
        return limit == 0 ? DEFAULT_REVOCATION_LIMIT : limit;
    }

    /// @notice Slots that a clinic has taken, those with tombstones included.
    function slotsOf(address clinic) external view returns (uint256) {
        return _standings[clinic].slots;
    }

    /// @notice Leaves of a clinic that are in the tree now.
    function liveLeavesOf(address clinic) external view returns (uint256) {
        return _standings[clinic].live;
    }

    function isVoided(address clinic) external view returns (bool) {
        return _standings[clinic].voided;
    }

    /// @dev A voided clinic never acts again, accredited anew or not.
    function _requireClinic(address clinic) internal view {
        _requireAccredited(Role.Clinic, clinic);
        if (_standings[clinic].voided) revert ClinicIsVoided(clinic);
    }

    /// @dev Voiding roots costs everybody a proof in flight: no clinic does it all day long.
    function _countRevocation(address clinic) internal {
        uint256 limit = revocationLimitOf(clinic);
        uint256 count = ++revocationsOn[clinic][block.timestamp / 1 days];
        if (count > limit) revert TooManyRevocations(limit);
    }
}
