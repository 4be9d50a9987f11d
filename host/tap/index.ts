/** The core on a real LAN. Start with `insideOwnNamespace`, `openLan` and `Bridge`. */

export { Bridge, type BridgeOptions, type BridgeStatistics, type Direction } from './bridge.js';
export { openBoardLink } from './board-link.js';
export { monotonic, toU32, type Clock } from './clock.js';
export { findCommand, ip, runIn, systemPath } from './commands.js';
export { LanError, type LanErrorCode } from './errors.js';
export type { Interface, InterfaceKind, InterfaceStatistics } from './interface.js';
export { openExisting, openLan, type Lan, type LanOptions } from './lan.js';
export { KERNEL_MAC, setUpLink, type LinkOptions } from './link.js';
export { enterCommand, insideOwnNamespace, ownNamespace, type Namespace } from './namespace.js';
export { openPacket, type PacketOptions } from './packet.js';
export { Relay, type RelayOptions } from './relay.js';
export { openTap, type TapOptions } from './tap.js';
export { openVethPacket, type VethOptions } from './veth.js';
export { timeout, timerfd, type MakeTimer, type OneShot } from './timer.js';
