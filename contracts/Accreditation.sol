// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {Context} from "@openzeppelin/contracts/utils/Context.sol";
import {AlreadyAccredited, DictionaryOrder, NotAccredited, NotGovernance} from "./Refusals.sol";

/// What an account may be accredited as. None is never granted.
enum Role {
    None,
    Clinic,
    Sponsor,
    Board,
    /// Holds shares of keys, and no data.
    Custodian,
    /// May break the glass.
    EmergencyClinician,
    /// Anchors what is deposited at its exchange.
    Operator
}

/// @title Who may attest records, run trials and approve them; and which dictionaries are in force.
/// @notice The owner is governance: a multisig behind a TimelockController in production. Its
/// transfer takes two steps.
contract Accreditation is Ownable2Step, ERC2771Context {
    mapping(Role => mapping(address => bool)) private _accredited;
    /// Hash of each dictionary version; the ValueSets themselves are published off-chain.
    mapping(uint256 version => bytes32) public dictionaryHash;
    uint256 public dictionaryVersion;

    event Accredited(Role indexed role, address indexed account, string name);
    event Deaccredited(Role indexed role, address indexed account);
    event DictionaryRegistered(uint256 indexed version, bytes32 hash);

    /// @param version Dictionary in force from the start; governance owns everything from the
    /// start, the deployer nothing.
    constructor(
        address forwarder,
        address governance,
        uint256 version,
        bytes32 hash
    ) Ownable(governance) ERC2771Context(forwarder) {
        _registerDictionary(version, hash);
    }

    /// @notice Gives an account a role under a public name.
    function accredit(Role role, address account, string calldata name) external onlyOwner {
        if (role == Role.None || account == address(0)) revert NotAccredited(account);
        if (_accredited[role][account]) revert AlreadyAccredited(account);
        _accredited[role][account] = true;
        emit Accredited(role, account, name);
    }

    /// @notice Takes a role away. A clinic's leaves stay until governance voids them in
    /// RecordRegistry.
    function deaccredit(Role role, address account) external onlyOwner {
        if (!_accredited[role][account]) revert NotAccredited(account);
        _accredited[role][account] = false;
        emit Deaccredited(role, account);
    }

    /// @notice Puts the next dictionary version in force; versions are never changed or skipped.
    function registerDictionary(uint256 version, bytes32 hash) external onlyOwner {
        if (version != dictionaryVersion + 1) revert DictionaryOrder(dictionaryVersion + 1);
        _registerDictionary(version, hash);
    }

    /// @notice Governance can be handed over, not abandoned.
    function renounceOwnership() public view override onlyOwner {
        revert NotGovernance(address(0));
    }

    function isAccredited(Role role, address account) public view returns (bool) {
        return _accredited[role][account];
    }

    /// @notice Refuses unless a trial's sponsor and board both are, in one call: every act of a
    /// running trial asks.
    function requireParties(address sponsor, address board) external view {
        if (!_accredited[Role.Sponsor][sponsor]) revert NotAccredited(sponsor);
        if (!_accredited[Role.Board][board]) revert NotAccredited(board);
    }

    function _registerDictionary(uint256 version, bytes32 hash) private {
        dictionaryVersion = version;
        dictionaryHash[version] = hash;
        emit DictionaryRegistered(version, hash);
    }

    function _checkOwner() internal view override {
        if (owner() != _msgSender()) revert NotGovernance(_msgSender());
    }

    function _msgSender() internal view override(Context, ERC2771Context) returns (address) {
        return ERC2771Context._msgSender();
    }

    function _msgData() internal view override(Context, ERC2771Context) returns (bytes calldata) {
        return ERC2771Context._msgData();
    }

    function _contextSuffixLength()
        internal
        view
        override(Context, ERC2771Context)
        returns (uint256)
    {
        return ERC2771Context._contextSuffixLength();
    }
}
