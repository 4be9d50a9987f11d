import { buildFirmware } from '../host/boards/index.js';
import { targetSizes } from '../host/build/targets.js';
import { readFileSync } from 'node:fs';
const [,, program='firmshake-linux-slot', profile='lan-apps', san] = process.argv;
const wasm = new Uint8Array(readFileSync(`/work/h-slot/build/${profile}-fast.wasm`));
console.log(await buildFirmware({ board: 'linux', engine: 'interp', profile, wasm, ...targetSizes(profile), program, ...(san?{sanitize:true}:{}) } as never, console.error));
