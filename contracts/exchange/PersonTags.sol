// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Acting} from "../Acting.sol";
import {Enrollment} from "../Enrollment.sol";
import {State} from "../ParticipantTypes.sol";
import {Standing} from "../Standing.sol";
import {PersonTag, standingOf, TASK_ARRIVE} from "./ExchangeTypes.sol";
import {StaffRegistry} from "./StaffRegistry.sol";
import "../Refusals.sol";

/// @title One person, one arrival in a trial: the desk registers a tag before it signs the arrival.
/// @notice The tag comes from the number of the person's document, which custodians evaluate blinded
/// (RFC 9497), under the trial's name: the same person has the same tag in a trial, and another one
/// elsewhere. The chain cannot verify that evaluation, so a dishonest desk could register any tag:
/// its custodians' receipts show it. That is why Enrollment does not ask for a tag either: it would
/// make custodians who are away stop all arrivals and keep nobody honest. Whoever arrived without
/// one, where the version in force names custodians, the auditor names.
contract PersonTags is Acting, EIP712 {
    bytes32 private constant PERSON_TAG = keccak256(
        "PersonTag(bytes32 trialId,uint256 pseudonym,uint32 siteId,uint40 arriveBy,address key,"
        "bytes32 tag,uint256 deadline)"
    );

    Enrollment public immutable enrollment;
    StaffRegistry public immutable staff;

    /// The pseudonym that has a tag, or had it last; 0: nobody.
    mapping(bytes32 trialId => mapping(bytes32 tag => uint256)) public holderOf;
    /// A participant's newest tag; 0: none.
    mapping(bytes32 trialId => mapping(uint256 pseudonym => bytes32)) public tagOf;

    /// heldBefore: the retired pseudonym from which the tag comes; 0: none.
    event PersonTagged(
        bytes32 indexed trialId,
        uint256 indexed pseudonym,
        bytes32 indexed tag,
        PersonTag signed,
        uint256 heldBefore,
        bytes signature
    );

    constructor(
        address forwarder,
        Enrollment enrollment_,
        StaffRegistry staff_
    ) Acting(forwarder, enrollment_.accreditation()) EIP712("PersonTags", "1") {
        enrollment = enrollment_;
        staff = staff_;
    }

    /// @notice Registers the tag of somebody who is at the desk and has not arrived yet. Anyone may
    /// submit. A tag is never free again, a wrong one neither; it only follows its person to the
    /// pseudonym after a succession.
    function register(PersonTag calldata t, bytes calldata signature) external {
        // Zero says that there is none.
        if (t.tag == 0) revert InvalidTag();
        Standing standing = standingOf(enrollment, t.trialId, t.pseudonym);
        // Enrolled and not here yet: later, a tag would hide that there was none at arrival.
        if (standing.state() != State.PendingOnStudy) revert WrongState();
        // Their own site's desk, and nobody else's, has the person before it.
        if (t.siteId != standing.siteId()) revert WrongSite(standing.siteId());
        // No signature outlives a no-show.
        if (t.arriveBy != standing.arriveBy()) revert WrongEnrollment(standing.arriveBy());
        staff.requireStaff(t.trialId, t.siteId, t.key, TASK_ARRIVE);
        bytes32 hash = keccak256(abi.encode(PERSON_TAG, t));
        _requireSignature(t.key, _hashTypedDataV4(hash), t.deadline, signature);

        uint256 holder = holderOf[t.trialId][t.tag];
        // Whoever failed screening or withdrew keeps the tag: in a trial a person has one try.
        if (holder != 0 && !standingOf(enrollment, t.trialId, holder).isRetired())
            revert TagTaken(holder);
        holderOf[t.trialId][t.tag] = t.pseudonym;
        tagOf[t.trialId][t.pseudonym] = t.tag;
        emit PersonTagged(t.trialId, t.pseudonym, t.tag, t, holder, signature);
    }
}
