// SPDX-License-Identifier: GPL-3.0
/*
    Copyright 2021 0KIMS association.

    This file is generated with [snarkJS](https://github.com/iden3/snarkjs).

    snarkJS is a free software: you can redistribute it and/or modify it
    under the terms of the GNU General Public License as published by
    the Free Software Foundation, either version 3 of the License, or
    (at your option) any later version.

    snarkJS is distributed in the hope that it will be useful, but WITHOUT
    ANY WARRANTY; without even the implied warranty of MERCHANTABILITY
    or FITNESS FOR A PARTICULAR PURPOSE. See the GNU General Public
    License for more details.

    You should have received a copy of the GNU General Public License
    along with snarkJS. If not, see <https://www.gnu.org/licenses/>.
*/

pragma solidity 0.8.37;

import {ManyProofs} from "../ManyProofs.sol";

contract EligibilityVerifier8 is ManyProofs {
    // Scalar field size
    uint256 constant r    = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
    // Base field size
    uint256 constant q   = 21888242871839275222246405745257275088696311157297823662689037894645226208583;

    // Verification Key data
    uint256 constant alphax  = 10142058777909412736147841927280337688374795183626794924661724906705752697637;
    uint256 constant alphay  = 21281335195693592754425382210945824794805479104663317664639621727718539565962;
    uint256 constant betax1  = 5354661158263593430389595718322848409761057732226858810209773042155139132093;
    uint256 constant betax2  = 18896890780462998103295534020582881317182837549899103909551766204203173913435;
    uint256 constant betay1  = 1353219968417740481449498711399174024099986370796455988764433893312703265393;
    uint256 constant betay2  = 1963755276565474757489899768962107196643433207198094387144468658934639490197;
    uint256 constant gammax1 = 11559732032986387107991004021392285783925812861821192530917403151452391805634;
    uint256 constant gammax2 = 10857046999023057135944570762232829481370756359578518086990519993285655852781;
    uint256 constant gammay1 = 4082367875863433681332203403145435568316851327593401208105741076214120093531;
    uint256 constant gammay2 = 8495653923123431417604973247489272438418190587263600148770280649306958101930;
    uint256 constant deltax1 = 6250256839639346730171060659265276133407186744916140700047535650183223963973;
    uint256 constant deltax2 = 6378718234008749078626777563260449898796209204178517777293972475487872627808;
    uint256 constant deltay1 = 10880037410166665214747539697955103919552895610498338540913318455651915363616;
    uint256 constant deltay2 = 17591127980860006997422357851386544877982581428211377557827605860559200365620;

    
    uint256 constant IC0x = 17495600707316383185666820376436590323036978027307965060343570863543458152916;
    uint256 constant IC0y = 11002645593284704969968015684128328218811211208036558439493626774462181896069;
    
    uint256 constant IC1x = 18437371462855314056579352820488803443204108435609922197181762625711959810966;
    uint256 constant IC1y = 18582944559037861950146007607302772473396674499720323420453287154334344475486;
    
    uint256 constant IC2x = 9781234827522671742154596001600793380195982340028961671862024346238590071795;
    uint256 constant IC2y = 13764385744601797996002793896464914323874777940605213282866699914691313095998;
    
    uint256 constant IC3x = 13131941183730229846759544044079325717712187623218640929895314900996692518913;
    uint256 constant IC3y = 17908920919111301927908404344089839534939572528004743503348320009726086159703;
    
    uint256 constant IC4x = 10729879468857747550763613099965570789663737987191768902796708555764307385737;
    uint256 constant IC4y = 13237152061138766044335566013487738531830447642308872638130566816841095864626;
    
    uint256 constant IC5x = 9396695750745209905984312267225631189707560080964167178717819321690191189954;
    uint256 constant IC5y = 18612964028259335862755624353815704263826349924396998175820639479083871057014;
    
    uint256 constant IC6x = 9724065369974868131838140147452288849009730715181007459043986278505978849977;
    uint256 constant IC6y = 19003856391463731899061825626083650174489239972873665514393733836218779766228;
    
    uint256 constant IC7x = 5584912764894805341029736374061258604330846295441119128676523038195313009540;
    uint256 constant IC7y = 1894634703042876665512466114737526520262002534407250474087682955176395631680;
    
 
    // Memory data
    uint16 constant pVk = 0;
    uint16 constant pPairing = 128;

    uint16 constant pLastMem = 896;

    function verifyProof(uint[2] calldata _pA, uint[2][2] calldata _pB, uint[2] calldata _pC, uint[7] calldata _pubSignals) public view returns (bool) {
        assembly {
            function checkField(v) {
                if iszero(lt(v, r)) {
                    mstore(0, 0)
                    return(0, 0x20)
                }
            }
            
            // G1 function to multiply a G1 value(x,y) to value in an address
            function g1_mulAccC(pR, x, y, s) {
                let success
                let mIn := mload(0x40)
                mstore(mIn, x)
                mstore(add(mIn, 32), y)
                mstore(add(mIn, 64), s)

                success := staticcall(sub(gas(), 2000), 7, mIn, 96, mIn, 64)

                if iszero(success) {
                    mstore(0, 0)
                    return(0, 0x20)
                }

                mstore(add(mIn, 64), mload(pR))
                mstore(add(mIn, 96), mload(add(pR, 32)))

                success := staticcall(sub(gas(), 2000), 6, mIn, 128, pR, 64)

                if iszero(success) {
                    mstore(0, 0)
                    return(0, 0x20)
                }
            }

            function checkPairing(pA, pB, pC, pubSignals, pMem) -> isOk {
                let _pPairing := add(pMem, pPairing)
                let _pVk := add(pMem, pVk)

                mstore(_pVk, IC0x)
                mstore(add(_pVk, 32), IC0y)

                // Compute the linear combination vk_x
                
                g1_mulAccC(_pVk, IC1x, IC1y, calldataload(add(pubSignals, 0)))
                
                g1_mulAccC(_pVk, IC2x, IC2y, calldataload(add(pubSignals, 32)))
                
                g1_mulAccC(_pVk, IC3x, IC3y, calldataload(add(pubSignals, 64)))
                
                g1_mulAccC(_pVk, IC4x, IC4y, calldataload(add(pubSignals, 96)))
                
                g1_mulAccC(_pVk, IC5x, IC5y, calldataload(add(pubSignals, 128)))
                
                g1_mulAccC(_pVk, IC6x, IC6y, calldataload(add(pubSignals, 160)))
                
                g1_mulAccC(_pVk, IC7x, IC7y, calldataload(add(pubSignals, 192)))
                

                // -A
                mstore(_pPairing, calldataload(pA))
                mstore(add(_pPairing, 32), mod(sub(q, calldataload(add(pA, 32))), q))

                // B
                mstore(add(_pPairing, 64), calldataload(pB))
                mstore(add(_pPairing, 96), calldataload(add(pB, 32)))
                mstore(add(_pPairing, 128), calldataload(add(pB, 64)))
                mstore(add(_pPairing, 160), calldataload(add(pB, 96)))

                // alpha1
                mstore(add(_pPairing, 192), alphax)
                mstore(add(_pPairing, 224), alphay)

                // beta2
                mstore(add(_pPairing, 256), betax1)
                mstore(add(_pPairing, 288), betax2)
                mstore(add(_pPairing, 320), betay1)
                mstore(add(_pPairing, 352), betay2)

                // vk_x
                mstore(add(_pPairing, 384), mload(add(pMem, pVk)))
                mstore(add(_pPairing, 416), mload(add(pMem, add(pVk, 32))))


                // gamma2
                mstore(add(_pPairing, 448), gammax1)
                mstore(add(_pPairing, 480), gammax2)
                mstore(add(_pPairing, 512), gammay1)
                mstore(add(_pPairing, 544), gammay2)

                // C
                mstore(add(_pPairing, 576), calldataload(pC))
                mstore(add(_pPairing, 608), calldataload(add(pC, 32)))

                // delta2
                mstore(add(_pPairing, 640), deltax1)
                mstore(add(_pPairing, 672), deltax2)
                mstore(add(_pPairing, 704), deltay1)
                mstore(add(_pPairing, 736), deltay2)


                let success := staticcall(sub(gas(), 2000), 8, _pPairing, 768, _pPairing, 0x20)

                isOk := and(success, mload(_pPairing))
            }

            let pMem := mload(0x40)
            mstore(0x40, add(pMem, pLastMem))

            // Validate that all evaluations ∈ F
            
            checkField(calldataload(add(_pubSignals, 0)))
            
            checkField(calldataload(add(_pubSignals, 32)))
            
            checkField(calldataload(add(_pubSignals, 64)))
            
            checkField(calldataload(add(_pubSignals, 96)))
            
            checkField(calldataload(add(_pubSignals, 128)))
            
            checkField(calldataload(add(_pubSignals, 160)))
            
            checkField(calldataload(add(_pubSignals, 192)))
            

            // Validate all evaluations
            let isValid := checkPairing(_pA, _pB, _pC, _pubSignals, pMem)

            mstore(0, isValid)
             return(0, 0x20)
         }
     }
 
    /// The key above, word by word: alpha, beta, gamma, delta, IC0 to IC7.
    function key() public pure override returns (uint256[30] memory) {
        return [uint256(alphax), alphay, betax1, betax2, betay1, betay2, gammax1, gammax2, gammay1, gammay2, deltax1, deltax2, deltay1, deltay2, IC0x, IC0y, IC1x, IC1y, IC2x, IC2y, IC3x, IC3y, IC4x, IC4y, IC5x, IC5y, IC6x, IC6y, IC7x, IC7y];
    }
}
