// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Accreditation, Role} from "./Accreditation.sol";
import {CircuitRegistry} from "./CircuitRegistry.sol";
import {Signals} from "./Signals.sol";
import {TrialBoard} from "./TrialBoard.sol";
import {PartHashes, Site, SiteTerms, Status, Trial, Version, VersionTerms} from "./TrialTypes.sol";
import "./Refusals.sol";

/// @title Trials: protocol numbers, versions, the board's approval of all of a version, and status.
contract TrialRegistry is TrialBoard {
    uint256 public constant MAX_PARTS = 4;
    uint256 public constant MAX_SITES = 256;
    uint256 public constant MAX_ARRIVAL_DAYS = 3_650;
    uint256 public constant MAX_CUSTODIANS = 7;
    /// One custodian alone opens nothing.
    uint256 public constant MIN_CUSTODIAN_THRESHOLD = 2;
    /// A registration that no board approves ends after this time.
    uint256 public constant LAPSE_SECONDS = 365 days;
    uint256 private constant MIN_PROTOCOL_LENGTH = 3;
    uint256 private constant MAX_PROTOCOL_LENGTH = 40;

    CircuitRegistry public immutable circuits;

    event TrialRegistered(
        bytes32 indexed trialId,
        string protocolNumber,
        address indexed sponsor,
        address indexed board
    );
    event ProtocolReleased(bytes32 indexed trialId);
    event BoardChanged(bytes32 indexed trialId, address indexed board);
    event VersionPublished(
        bytes32 indexed trialId,
        uint32 version,
        bytes32 digest,
        VersionTerms terms
    );
    event VersionApproved(
        bytes32 indexed trialId,
        uint32 version,
        bytes32 digest,
        uint64 expiresAt,
        uint32 screeningVersion,
        uint32 consentVersion
    );
    event HeldByGovernance(bytes32 indexed trialId, bool held);

    constructor(
        address forwarder,
        Accreditation accreditation_,
        CircuitRegistry circuits_
    ) TrialBoard(forwarder, accreditation_) {
        circuits = circuits_;
    }

    /// @notice Registers a protocol number, once for all versions and copies, with the board that
    /// will review it. A registration that was never approved and has lapsed is taken over: version
    /// numbers go on, the earlier sponsor's versions are gone.
    function register(
        string calldata protocolNumber,
        address board
    ) external onlyAccredited(Role.Sponsor) {
        _requireProtocolNumber(bytes(protocolNumber));
        bytes32 trialId = keccak256(bytes(protocolNumber));
        Trial storage trial = _trials[trialId];
        if (trial.status != Status.None) {
            bool lapsed = trial.status == Status.InReview && block.timestamp >= trial.lapsesAt;
            if (!lapsed) revert ProtocolTaken(trialId);
            delete _versions[trialId][trial.latest];
        }
        _requireAccredited(Role.Board, board);
        trial.sponsor = _msgSender();
        trial.board = board;
        trial.status = Status.InReview;
        trial.lapsesAt = uint64(block.timestamp + LAPSE_SECONDS);
        emit TrialRegistered(trialId, protocolNumber, _msgSender(), board);
    }

    /// @notice Ends a registration that was never approved: any sponsor may take the number.
    function release(bytes32 trialId) external onlyGovernance {
        _requireKnown(trialId);
        Trial storage trial = _trials[trialId];
        if (trial.status != Status.InReview) revert WrongStatus();
        // Without sponsor and board nothing of it is published or approved any more.
        (trial.sponsor, trial.board) = (address(0), address(0));
        trial.lapsesAt = uint64(block.timestamp);
        emit ProtocolReleased(trialId);
    }

    /// @notice Hands a trial to another board, as when its own lost its accreditation.
    function changeBoard(bytes32 trialId, address board) external onlyGovernance {
        _requireKnown(trialId);
        _requireAccredited(Role.Board, board);
        _trials[trialId].board = board;
        emit BoardChanged(trialId, board);
    }

    /// @notice Publishes the next version of the sponsor's trial. It binds nobody until the board
    /// approves it.
    function publishVersion(
        bytes32 trialId,
        VersionTerms calldata terms
    ) external returns (uint32 version) {
        Trial storage trial = _requireSponsor(trialId);
        if (trial.status == Status.Completed) revert WrongStatus();
        _requireSound(terms);
        version = ++trial.latest;
        _store(_versions[trialId][version], terms);
        PartHashes storage hashes = _hashes[trialId][version];
        for (uint256 i = 0; i < terms.criteriaHashes.length; i++) {
            hashes.criteria[i] = terms.criteriaHashes[i];
            hashes.successor[i] = terms.successorHashes[i];
        }
        for (uint256 i = 0; i < terms.sites.length; i++) _addSite(trialId, version, terms.sites[i]);
        bytes32 digest = digestOf(trialId, version, terms);
        _versions[trialId][version].digest = digest;
        emit VersionPublished(trialId, version, digest, terms);
    }

    /// @notice The board approves the newest version, or renews its approval of the one in force,
    /// until `expiresAt`.
    /// @param digest What the board reviewed, computed by itself from the terms.
    function approve(bytes32 trialId, uint32 version, bytes32 digest, uint64 expiresAt) external {
        Trial storage trial = _requireBoard(trialId);
        Version storage approved = _versions[trialId][version];
        if (approved.digest == 0) revert UnknownVersion(version);
        if (version != trial.latest && version != trial.current)
            revert VersionSuperseded(trial.latest);
        if (digest != approved.digest) revert DigestMismatch(approved.digest);
        if (approved.rejected) revert VersionRejected(version);
        if (expiresAt <= block.timestamp) revert InvalidExpiry();
        if (trial.status == Status.Completed) revert WrongStatus();
        if (version != trial.current) _bindVersion(trialId, trial, version);
        trial.approvedUntil = expiresAt;
        (uint32 screening, uint32 consent) = (approved.screeningVersion, approved.consentVersion);
        emit VersionApproved(trialId, version, digest, expiresAt, screening, consent);
        if (trial.status == Status.InReview) _setStatus(trialId, Status.Active);
    }

    /// @notice Governance stops everything but narrowing and withdrawal, whatever the board says.
    function hold(bytes32 trialId) external onlyGovernance {
        _setHeld(trialId, true);
    }

    /// @notice Governance lets a trial go on that it held. A suspension by the board stays.
    function lift(bytes32 trialId) external onlyGovernance {
        _setHeld(trialId, false);
    }

    /// @notice The sponsor takes no more participants. Those enrolled may still arrive.
    function close(bytes32 trialId) external {
        Trial storage trial = _requireSponsor(trialId);
        if (trial.status != Status.Active) revert WrongStatus();
        _setStatus(trialId, Status.ClosedToAccrual);
    }

    /// @notice The sponsor ends the trial for good.
    function complete(bytes32 trialId) external {
        Trial storage trial = _requireSponsor(trialId);
        if (trial.status != Status.ClosedToAccrual) revert WrongStatus();
        _setStatus(trialId, Status.Completed);
    }

    function _store(Version storage version, VersionTerms calldata terms) private {
        version.parts = uint8(terms.criteriaHashes.length);
        version.verifier = circuits.verifierOf(terms.circuit);
        version.capacity = terms.capacity;
        version.consentFormHash = terms.consentFormHash;
        version.requiredPermissions = terms.requiredPermissions;
        version.offeredPermissions = terms.offeredPermissions;
        version.arrivalDays = terms.arrivalDays;
        version.requiresReconsent = terms.requiresReconsent;
        version.requiresRescreening = terms.requiresRescreening;
        version.attestationsHash = terms.attestationsHash;
    }

    /// @dev A site without places is one that an amendment keeps for its participants only.
    function _addSite(bytes32 trialId, uint32 version, SiteTerms calldata site) private {
        Site storage stored = _sites[trialId][version][site.siteId];
        if (site.siteId == 0 || site.signer == address(0)) revert InvalidTerms();
        if (site.capacity == 0 && version == 1) revert InvalidTerms();
        // Listed twice.
        if (stored.signer != address(0)) revert InvalidTerms();
        (stored.signer, stored.capacity) = (site.signer, site.capacity);
    }

    /// @dev Puts a version in force. Screened under it means: consented by a proof in its group, so
    /// that asking for a new screening asks for a new consent as well.
    function _bindVersion(bytes32 trialId, Trial storage trial, uint32 number) private {
        Version storage version = _versions[trialId][number];
        Version storage before = _versions[trialId][trial.current];
        bool first = trial.current == 0;
        bool rescreen = first || version.requiresRescreening;
        bool reconsent = rescreen || version.requiresReconsent;
        version.screeningVersion = rescreen ? number : before.screeningVersion;
        version.consentVersion = reconsent ? number : before.consentVersion;
        trial.current = number;
    }

    function _setHeld(bytes32 trialId, bool held) private {
        _requireKnown(trialId);
        if (_trials[trialId].held == held) revert WrongStatus();
        _trials[trialId].held = held;
        emit HeldByGovernance(trialId, held);
    }

    /// @dev One spelling only, so that no two numbers look alike: 3 to 40 of A-Z 0-9 - / .
    function _requireProtocolNumber(bytes calldata text) private pure {
        if (text.length < MIN_PROTOCOL_LENGTH || text.length > MAX_PROTOCOL_LENGTH)
            revert InvalidProtocolNumber();
        for (uint256 i = 0; i < text.length; i++) {
            bytes1 char = text[i];
            bool letter = char >= "A" && char <= "Z";
            // From hyphen to 9: - . / 0 to 9.
            if (!letter && (char < "-" || char > "9")) revert InvalidProtocolNumber();
        }
    }

    /// @dev One to four parts, and for each what a successor proves instead.
    function _areParts(VersionTerms calldata terms) private pure returns (bool) {
        uint256 count = terms.criteriaHashes.length;
        if (count == 0 || count > MAX_PARTS || terms.successorHashes.length != count) return false;
        for (uint256 i = 0; i < count; i++) {
            if (!_isHash(terms.criteriaHashes[i]) || !_isHash(terms.successorHashes[i]))
                return false;
        }
        return true;
    }

    function _isHash(uint256 value) private pure returns (bool) {
        return value != 0 && value < Signals.FIELD_ORDER;
    }

    /// @dev None at all; or two to seven, each once and in one order, and a threshold among them.
    function _areCustodians(VersionTerms calldata terms) private pure returns (bool) {
        uint256 count = terms.custodians.length;
        uint256 threshold = terms.custodianThreshold;
        if (count == 0) return threshold == 0;
        if (count > MAX_CUSTODIANS) return false;
        if (threshold < MIN_CUSTODIAN_THRESHOLD || threshold > count) return false;
        // Ascending from zero: neither the zero address nor one of them twice.
        address last = address(0);
        for (uint256 i = 0; i < count; i++) {
            if (terms.custodians[i] <= last) return false;
            last = terms.custodians[i];
        }
        return true;
    }

    function _requireSound(VersionTerms calldata terms) private pure {
        bool hashes =
            _areParts(terms) && terms.consentFormHash != 0 && terms.documentHash != 0;
        bool numbers =
            terms.capacity != 0 && terms.arrivalDays != 0 && terms.arrivalDays <= MAX_ARRIVAL_DAYS;
        bool permissions =
            terms.requiredPermissions != 0 &&
                terms.requiredPermissions & ~terms.offeredPermissions == 0;
        bool sites = terms.sites.length != 0 && terms.sites.length <= MAX_SITES;
        if (!hashes || !numbers || !permissions || !sites) revert InvalidTerms();
        if (!_areCustodians(terms)) revert InvalidTerms();
    }

    function _requireSponsor(bytes32 trialId) private view returns (Trial storage trial) {
        _requireKnown(trialId);
        trial = _trials[trialId];
        if (trial.sponsor != _msgSender()) revert NotYourTrial(_msgSender());
        _requireAccredited(Role.Sponsor, _msgSender());
    }
}
