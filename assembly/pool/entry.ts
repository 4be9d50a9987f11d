import { HALF_OPEN_POOL, LISTENER_POOL, REFERENCE_SHIFT, TIME_WAIT_POOL } from '../memory';

// Pool entries are known by their address. Where two bytes must do, as in a link or a bucket, a reference stands for
// it: the address itself where all pools lie below 64 KiB, an eighth of it otherwise. No entry lies at address 0, so
// reference 0 is "none".

@inline
export function referenceOf(address: usize): u16 {
  return <u16>(address >> REFERENCE_SHIFT);
}

@inline
export function addressOf(reference: u16): usize {
  return (<usize>reference) << REFERENCE_SHIFT;
}

/** What the entries of all pools begin with. */
@unmanaged
export class Entry {
  /** Connections, half-open, time-wait, listeners: see `tupleKey`. */
  key: u64;
  /** The next entry of the same bucket, or of the same free list. */
  chainNext: u16;
}

/** Remote address, remote port, local port, in network byte order: as a segment that arrives spells them. */
@inline
export function tupleKey(remoteAddress: u32, ports: u32): u64 {
  return (<u64>remoteAddress) | ((<u64>ports) << 32);
}

/** The key of a listener: it has a local port only (network byte order). No host has the address 0. */
@inline
export function listenerKey(localPort: u32): u64 {
  return (<u64>localPort) << 48;
}

/** Our own port, in network byte order. */
@inline
export function localPortOf(key: u64): u32 {
  return <u32>(key >> 48);
}

@inline
export function remoteAddressOf(key: u64): u32 {
  return <u32>key;
}

/** Our own port first, as a segment that we send spells them. */
@inline
export function outgoingPorts(key: u64): u32 {
  return rotr<u32>(<u32>(key >> 32), 16);
}

/** Which pool an entry of the 4-tuple index is of: the pools lie in this order. */
@inline
export function isConnection(address: usize): bool {
  return address < HALF_OPEN_POOL;
}

@inline
export function isHalfOpen(address: usize): bool {
  return address - HALF_OPEN_POOL < TIME_WAIT_POOL - HALF_OPEN_POOL;
}

@inline
export function isTimeWait(address: usize): bool {
  return address - TIME_WAIT_POOL < LISTENER_POOL - TIME_WAIT_POOL;
}
