// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {bringThree} from "./Exchange.t.sol";
import {ExchangeHandler} from "./ExchangeHandler.sol";
import {RecordsHandler} from "./RecordsHandler.sol";
import {SiteHandler} from "./SiteHandler.sol";

/// @dev That the invariants are tested where something happens: by random acts of the same handlers
/// every kind of act is accepted, and more than once.
contract Reach {
    uint256 private constant ROUNDS = 12;
    uint256 private constant STEPS = 240;
    SiteHandler private handler;
    RecordsHandler private records;
    ExchangeHandler private exchange;
    mapping(string act => uint256) private accepted;

    function test_the_acts_of_participants_get_everywhere() external {
        string[12] memory acts = [
            "approve",
            "lift",
            "screen",
            "screenMany",
            "consent",
            "enroll",
            "skipped",
            "arrive",
            "finish",
            "reportNoShow",
            "succeed",
            "withdraw"
        ];
        for (uint256 round = 0; round < ROUNDS; round++) {
            handler = new SiteHandler();
            for (uint256 i = 0; i < STEPS; i++) {
                uint256 seed = uint256(keccak256(abi.encode(round, i)));
                try this.act(seed % 21, seed >> 8, seed >> 128) {} catch {}
            }
            require(bytes(handler.violation()).length == 0, handler.violation());
            for (uint256 i = 0; i < acts.length; i++) accepted[acts[i]] += handler.accepted(acts[i]);
        }
        for (uint256 i = 0; i < acts.length; i++) {
            require(accepted[acts[i]] > 1, string.concat("hardly ever accepted: ", acts[i]));
        }
    }

    function test_the_acts_on_records_get_everywhere() external {
        string[9] memory acts = [
            "anchor",
            "anchorSigned",
            "anchorInto",
            "replace",
            "replaceAndVoid",
            "revoke",
            "revokeEarly",
            "voidClinic",
            "clearLeaf"
        ];
        for (uint256 round = 0; round < ROUNDS; round++) {
            records = new RecordsHandler();
            for (uint256 i = 0; i < STEPS; i++) {
                uint256 seed = uint256(keccak256(abi.encode("records", round, i)));
                try this.actOnRecords(seed % 13, seed >> 8, seed >> 128) {} catch {}
            }
            require(bytes(records.violation()).length == 0, records.violation());
            for (uint256 i = 0; i < acts.length; i++) accepted[acts[i]] += records.accepted(acts[i]);
        }
        for (uint256 i = 0; i < acts.length; i++) {
            require(accepted[acts[i]] > 1, string.concat("hardly ever accepted: ", acts[i]));
        }
    }

    function test_the_acts_of_the_exchange_get_everywhere() external {
        string[7] memory acts = [
            "seal",
            "delegate",
            "revoke",
            "breakGlass",
            "closeCase",
            "erase",
            "registerTag"
        ];
        for (uint256 round = 0; round < ROUNDS; round++) {
            exchange = new ExchangeHandler();
            bringThree(exchange);
            handler = exchange;
            for (uint256 i = 0; i < STEPS; i++) {
                uint256 seed = uint256(keccak256(abi.encode("exchange", round, i)));
                // Half of the time the trial goes on.
                if (seed % 2 == 0) try this.act((seed >> 1) % 21, seed >> 8, seed >> 128) {} catch {}
                else try this.actOnExchange((seed >> 1) % 9, seed >> 8, seed >> 128) {} catch {}
            }
            require(bytes(exchange.violation()).length == 0, exchange.violation());
            for (uint256 i = 0; i < acts.length; i++) accepted[acts[i]] += exchange.accepted(acts[i]);
        }
        for (uint256 i = 0; i < acts.length; i++) {
            require(accepted[acts[i]] > 1, string.concat("hardly ever accepted: ", acts[i]));
        }
    }

    function act(uint256 kind, uint256 a, uint256 b) external {
        bool odd = b % 5 == 0;
        if (kind == 0) handler.amend(a, b % 2 == 0, b % 3 == 0);
        if (kind == 1) handler.approve(uint32(a), b);
        if (kind == 2) handler.approveOtherTerms(a);
        if (kind == 3) handler.suspend(a);
        if (kind == 4) handler.resume();
        // Nearly the last that happens.
        if (kind == 5 && a % 64 == 0) handler.end(0);
        if (kind == 6) handler.wait_(a);
        if (kind == 7) handler.screen(a, b, uint32(b >> 9));
        if (kind == 8) handler.consent(a, b, a >> 20);
        if (kind == 9) handler.withdrawByProof(a, b);
        if (kind == 10) handler.withdrawByCode(a, odd);
        if (kind == 11) handler.enroll(a);
        if (kind == 12) handler.arrive(a, odd);
        if (kind == 13) handler.failScreening(a, odd);
        if (kind == 14) handler.finish(a, odd);
        if (kind == 15) handler.withdrawBySite(a, odd);
        if (kind == 16) handler.reportNoShow(a);
        if (kind == 17) handler.succeed(a, b, !odd, b >> 9);
        if (kind == 18) handler.screenMany(a, b, odd);
        if (kind == 19) handler.hold(a, odd);
        if (kind == 20) handler.lift(odd);
    }

    function actOnRecords(uint256 kind, uint256 a, uint256 b) external {
        bool odd = b % 3 == 0;
        if (kind == 0 || kind == 1) records.anchor(a, odd);
        if (kind == 2) records.anchorSigned(a, b);
        if (kind == 3) records.anchorInto(a, b >> 2, odd);
        if (kind == 4) records.replace(a, b >> 2, odd);
        if (kind == 5) records.replaceAndVoid(a, b >> 2, odd);
        if (kind == 6) records.revoke(a, odd);
        if (kind == 7) records.revokeEarly(a, odd);
        if (kind == 8) records.voidClinic(a);
        if (kind == 9) records.clearLeaf(a);
        if (kind == 10) records.setQuota(a, odd);
        if (kind == 11) records.setRevocationLimit(a, odd);
        if (kind == 12) records.wait_(a);
    }

    function actOnExchange(uint256 kind, uint256 a, uint256 b) external {
        bool odd = b % 4 == 0;
        if (kind == 0) exchange.seal(a, b);
        if (kind == 1) exchange.delegate(a, odd);
        if (kind == 2) exchange.revoke(a, odd);
        if (kind == 3) exchange.breakGlass(a, odd);
        if (kind == 4) exchange.closeCase(a, b);
        if (kind == 5) exchange.eraseByProof(a, odd);
        if (kind == 6) exchange.eraseByCode(a, odd);
        if (kind == 7) exchange.eraseBySite(a, b % 2 == 0);
        if (kind == 8) exchange.registerTag(a, b, b % 3 == 0);
    }
}
