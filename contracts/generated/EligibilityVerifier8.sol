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

contract EligibilityVerifier8 {
    // Scalar field size
    uint256 constant r    = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
    // Base field size
    uint256 constant q   = 21888242871839275222246405745257275088696311157297823662689037894645226208583;

    // Verification Key data
    uint256 constant alphax  = 14583159281375835095416997680517540213688103149750326739502156580564640990286;
    uint256 constant alphay  = 20692662155387290852904127717676965676140239010163264179936655067609741589491;
    uint256 constant betax1  = 21601287239236053976651548928266926044402867166300693813067006049174171538340;
    uint256 constant betax2  = 13242709232256676393600453799677608359930406216120075866679164331481639052078;
    uint256 constant betay1  = 7541825394923087154875502524079446715412706791353365067833355324942068740331;
    uint256 constant betay2  = 6987097256622079854690128093210445831750160662763631984996566013853535072659;
    uint256 constant gammax1 = 11559732032986387107991004021392285783925812861821192530917403151452391805634;
    uint256 constant gammax2 = 10857046999023057135944570762232829481370756359578518086990519993285655852781;
    uint256 constant gammay1 = 4082367875863433681332203403145435568316851327593401208105741076214120093531;
    uint256 constant gammay2 = 8495653923123431417604973247489272438418190587263600148770280649306958101930;
    uint256 constant deltax1 = 11570084875684649741482198987914949174514062709828633682727532106478374700729;
    uint256 constant deltax2 = 12688517619667998806449959817639290861523654519761935340435219737272234949040;
    uint256 constant deltay1 = 13008551368894367834267641374351472815979103229074272673385512417805063954438;
    uint256 constant deltay2 = 17674881503498593343932603624350858056994946267565193013164617141446026919186;

    
    uint256 constant IC0x = 5073929325912735599553624282368194297103005511631912327200137634357615805664;
    uint256 constant IC0y = 13021231738680320069822836468381773937222389927048222613524215403986861412247;
    
    uint256 constant IC1x = 21411103091807295392061363954472930929093298868145145661265714066711712318825;
    uint256 constant IC1y = 14207529337074878364831987849685646739330160001513702687802683526981917198102;
    
    uint256 constant IC2x = 20077621331329149426105138996262686875530228815165931935911739160375910888123;
    uint256 constant IC2y = 2089445141567925033966088752601097827058179454912761560451420453885950275117;
    
    uint256 constant IC3x = 2689910851699040829364572941400128108332030909695452908649228412573119967056;
    uint256 constant IC3y = 20910786047603475963872895411088875730492352152050325686795027205505042768559;
    
    uint256 constant IC4x = 4263563366880012045001166229645742974285347685794536845838892834047587226066;
    uint256 constant IC4y = 10263985532788543867715673738043411525555937236214061577616099638988719276368;
    
    uint256 constant IC5x = 2620681507896564457999778700772317195739663952016603661782185734001474396365;
    uint256 constant IC5y = 1450042059422431375552628045667162436680412106508529053866498375293056818968;
    
    uint256 constant IC6x = 5892728808893351950432066903096039279172696463599044402924671243103113705327;
    uint256 constant IC6y = 19276866072596426116061591712140185996764816494676604929456770064921727286072;
    
 
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
