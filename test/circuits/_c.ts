import { readArtifact } from "../../circuits/artifacts/read.ts";
import { prove } from "../../circuits/witness/prove.ts";
import { LEAVES, programOf, statementOf } from "./example.ts";
const size=Number(process.argv[2]) as 8|32;
const m=()=>[process.memoryUsage().rss/1048576|0, process.resourceUsage().maxRSS/1024|0];
console.log("start",m());
const artifacts={wasm:await readArtifact(`eligibility-${size}.wasm`),zkey:await readArtifact(`eligibility-${size}.zkey`)};
console.log("artifacts",m());
const st=statementOf({program:programOf(LEAVES,{size})});
for(let i=0;i<4;i++){ const t=performance.now(); await prove({...st,artifacts,onPhase:(p)=>console.log(p,m())}); console.log(performance.now()-t|0,m()); }

import {releaseProver} from "../../circuits/witness/prove.ts"; await releaseProver();
