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

contract EligibilityVerifier32 {
    // Scalar field size
    uint256 constant r    = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
    // Base field size
    uint256 constant q   = 21888242871839275222246405745257275088696311157297823662689037894645226208583;

    // Verification Key data
    uint256 constant alphax  = 13574043153250110411091191454850703277265317375449181353019386401470701914983;
    uint256 constant alphay  = 12434864349105440819687871907531981162143313470053589707304752811255337604094;
    uint256 constant betax1  = 4756344639552728459112689244611129488152594481879972856658747038623857470951;
    uint256 constant betax2  = 4420019129839067176803594805136416784324687022980264222904727838206826560804;
    uint256 constant betay1  = 15909785575773584106990667314883724256869610445884156454929899568327279119356;
    uint256 constant betay2  = 2307067966077735451630736048052165814554262018798666092466413868187489948517;
    uint256 constant gammax1 = 11559732032986387107991004021392285783925812861821192530917403151452391805634;
    uint256 constant gammax2 = 10857046999023057135944570762232829481370756359578518086990519993285655852781;
    uint256 constant gammay1 = 4082367875863433681332203403145435568316851327593401208105741076214120093531;
    uint256 constant gammay2 = 8495653923123431417604973247489272438418190587263600148770280649306958101930;
    uint256 constant deltax1 = 13214751667511073636509380158656040862325351038501389728859581598775273551437;
    uint256 constant deltax2 = 12741686374041465251309188876088787643513353915663081515319743702542303845994;
    uint256 constant deltay1 = 6847036501629026096807205028625404553672423574591566229465420406982606117005;
    uint256 constant deltay2 = 6500887757552960599236349815182610422044213267714957070932325514241090448925;

    
    uint256 constant IC0x = 9773683531742010434425935025059170534328772716720186447976764071051683562671;
    uint256 constant IC0y = 12925964248783578906214650485748531014099746979974712501311761564563059066246;
    
    uint256 constant IC1x = 10566288782340539507302950086835566073131319712645233060493937815788353521198;
    uint256 constant IC1y = 10137085823504796697892969603115590919501506574992368112701135624283284676273;
    
    uint256 constant IC2x = 16628588305719839293982630623627880093005054539587168428409135980015983820584;
    uint256 constant IC2y = 8365369266585839801639516769613998731618972754732574354851933967152880640360;
    
    uint256 constant IC3x = 8855065949420147569339013316768322628377263063998434656213984714334207974470;
    uint256 constant IC3y = 16191846796018508869438237862288678652665349463081763458695482720390428480892;
    
    uint256 constant IC4x = 9537866937819213603695214051029771616603715563238437024847021890693129729706;
    uint256 constant IC4y = 6054770200599329177220142330076413501949178563018460300320943900466934954687;
    
    uint256 constant IC5x = 13041731233962475289431453956151366524778474812357478338980943296401117541399;
    uint256 constant IC5y = 12749527036045957657399204753331564517315317537977692274599165448191881043252;
    
    uint256 constant IC6x = 12011034603868254095989152452968092855836932832826876933593353082879163881172;
    uint256 constant IC6y = 15662744058173813001698394951009787103243910598983158998346660013203684406213;
    
 
    // Memory data
    uint16 constant pVk = 0;
    uint16 constant pPairing = 128;

    uint16 constant pLastMem = 896;

    function verifyProof(uint[2] calldata _pA, uint[2][2] calldata _pB, uint[2] calldata _pC, uint[6] calldata _pubSignals) public view returns (bool) {
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
            

            // Validate all evaluations
            let isValid := checkPairing(_pA, _pB, _pC, _pubSignals, pMem)

            mstore(0, isValid)
             return(0, 0x20)
         }
     }
 
    /// The key above, word by word: alpha, beta, gamma, delta, IC0 to IC6.
    function key() external pure returns (uint256[28] memory) {
        return [uint256(alphax), alphay, betax1, betax2, betay1, betay2, gammax1, gammax2, gammay1, gammay2, deltax1, deltax2, deltay1, deltay2, IC0x, IC0y, IC1x, IC1y, IC2x, IC2y, IC3x, IC3y, IC4x, IC4y, IC5x, IC5y, IC6x, IC6y];
    }
}
