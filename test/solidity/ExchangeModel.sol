// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Role} from "../../contracts/Accreditation.sol";
import {State} from "../../contracts/ParticipantTypes.sol";
import {CustodyLog} from "../../contracts/exchange/CustodyLog.sol";
import {CutRegistry} from "../../contracts/exchange/CutRegistry.sol";
import {EmergencyAccess} from "../../contracts/exchange/EmergencyAccess.sol";
import {PersonTags} from "../../contracts/exchange/PersonTags.sol";
import {StaffRegistry} from "../../contracts/exchange/StaffRegistry.sol";
import {SiteHandler} from "./SiteHandler.sol";
import {vm} from "./Vm.sol";

/// @dev What must be true of the exchange, kept beside its contracts by rules of its own.
abstract contract ExchangeModel is SiteHandler {
    uint256 internal constant STAFF_KEY = 0x57aff;
    uint32 internal constant EMERGENCY = 1 << 7;
    uint256 internal constant TAGS = 4;
    address internal constant clinician = address(0xec);
    address internal staffKey = vm.addr(STAFF_KEY);

    CutRegistry internal cuts;
    CustodyLog internal custody;
    EmergencyAccess internal emergency;
    PersonTags internal tags;

    struct CutModel {
        uint32 permission;
        uint256 sealedAt;
        uint256[] pseudonyms;
    }
    CutModel[] internal cutModels;

    /// The one staff key, at site 1.
    uint32 internal staffTasks;
    uint256 internal staffFrom;
    uint256 internal staffUntil;
    bool public staffRevoked;

    struct CaseModel {
        uint256 openedAt;
        bool isClosed;
    }
    CaseModel[] internal caseModels;
    mapping(uint256 day => uint256) internal casesOn;

    mapping(uint256 pseudonym => uint256) public erasureAsked;
    mapping(uint256 tag => uint256) public tagHolder;

    constructor() {
        address forwarder = address(0xf0);
        cuts = new CutRegistry(forwarder, enrollment, staff);
        custody = new CustodyLog(forwarder, enrollment, cuts);
        emergency = new EmergencyAccess(forwarder, enrollment);
        tags = new PersonTags(forwarder, enrollment, staff);
        accredit(Role.EmergencyClinician, clinician);
    }

    /// @dev By the model alone.
    function isCovered(uint256 pseudonym, uint32 permission) internal view returns (bool) {
        Person storage person = people[pseudonym];
        bool arrived = person.state == State.OnStudy || person.state == State.OffStudy;
        return
            arrived &&
            permission & ~person.permissions == 0 &&
            person.version >= requiredConsent &&
            person.validUntil >= block.timestamp;
    }

    function isRetired(uint256 pseudonym) internal view returns (bool) {
        Person storage person = people[pseudonym];
        return person.state == State.OffStudy && person.validUntil == 0;
    }

    function staffMay(uint32 task) public view returns (bool) {
        return
            !staffRevoked &&
            task & ~staffTasks == 0 &&
            staffFrom <= block.timestamp &&
            block.timestamp < staffUntil;
    }

    /// @dev The oldest case that is open is older than a week.
    function isSuspended() public view returns (bool) {
        for (uint256 i = 0; i < caseModels.length; i++) {
            if (caseModels[i].isClosed) continue;
            return block.timestamp > caseModels[i].openedAt + 7 days;
        }
        return false;
    }

    function exchangeUnderTest()
        external
        view
        returns (StaffRegistry, CutRegistry, CustodyLog, EmergencyAccess, PersonTags)
    {
        return (staff, cuts, custody, emergency, tags);
    }

    function cutsInModel() external view returns (uint256) {
        return cutModels.length;
    }

    function cutModel(uint256 cutId) external view returns (CutModel memory) {
        return cutModels[cutId];
    }

    function casesInModel() external view returns (uint256) {
        return caseModels.length;
    }

    function caseModel(uint256 caseId) external view returns (CaseModel memory) {
        return caseModels[caseId];
    }

    function staffAccount() external view returns (address, address) {
        return (staffKey, clinician);
    }
}
