/** The simulated LAN. Runs in a browser too. */
export { CoreHost, type HostEvent, type Watcher } from './core-host.js';
export { SimulationError, type SimulationErrorCode } from './errors.js';
export { NO_FAULTS, type Fault, type Faults, type Match, type Rule } from './faults.js';
export * from './frames.js';
export { Lan, type CoreHostOptions, type LanOptions } from './lan.js';
export { Random } from './random.js';
export { RawHost, type RawHostOptions, type ReceivedFrame } from './raw-host.js';
export type { Station, Wire } from './wire.js';
