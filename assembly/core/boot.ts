import { Errno } from '../errno';
import { bootRecord, identity } from '../identity';
import { CONNECTION_POOL, LISTENER_POOL, POOLS_END, STATE, STATE_BYTES } from '../memory';
import { Connection } from '../pool/connection';
import { heads } from '../pool/heads';
import { Listener } from '../pool/listener';
import { CONNECTIONS, HALF_OPEN, LISTENERS, NEIGHBOURS, RX_RING, TIME_WAIT, TX_RING } from '../profile';
import { poolUse, PoolName, statistics, STATISTICS_BYTES } from '../statistics';
import { random } from '../tcp/random';
import { isGroup } from '../wire/ethernet';
import { isHostAddress } from '../wire/ipv4';

// What the rest relies on, checked when a profile is compiled.
if (NEIGHBOURS < CONNECTIONS) ERROR('a profile has at least as many neighbours as connections');
if (CONNECTIONS + LISTENERS > 2047) ERROR('a profile has at most 2047 connections and listeners');
if (POOLS_END > 8 * 65535) ERROR('the pools of a profile lie below 512 KiB');
if (CONNECTIONS == 0 || HALF_OPEN == 0 || TIME_WAIT == 0 || LISTENERS == 0) ERROR('a profile has one of each at least');
if ((RX_RING & (RX_RING - 1)) != 0 || (TX_RING & (TX_RING - 1)) != 0) ERROR('a ring is a power of two');
if (RX_RING < 256 || TX_RING < 256) ERROR('a ring has 256 bytes at least');

/** Network part of an address, in network byte order. */
function maskOf(prefixLength: u32): u32 {
  return bswap<u32>(<u32>0xffffffff << (32 - prefixLength));
}

/** Can a host be so? RFC 1122 §3.2.1.3. */
function isBootRecordRight(): bool {
  const record = bootRecord();
  const macHead = load<u16>(changetype<usize>(record));
  const macTail = load<u16>(changetype<usize>(record), 2) | load<u16>(changetype<usize>(record), 4);
  if (isGroup(macHead) || (macHead | macTail) == 0) return false;
  if (record.prefixLength < 1 || record.prefixLength > 30) return false;
  if (!isHostAddress(record.address)) return false;
  const mask = maskOf(record.prefixLength);
  const host = record.address & ~mask;
  if (host == 0 || host == ~mask) return false;
  if (record.gateway != 0) {
    const gatewayHost = record.gateway & ~mask;
    if (((record.gateway ^ record.address) & mask) != 0 || record.gateway == record.address) return false;
    if (gatewayHost == 0 || gatewayHost == ~mask) return false;
  }
  // A key of zeros is one that nobody has filled in: sequence numbers would be for everyone to foresee.
  return (record.key0 | record.key1) != 0;
}

/** Checks the boot record and starts anew: every connection is forgotten, every counter zero. */
export function boot(): i32 {
  if (!isBootRecordRight()) return Errno.EINVAL;
  memory.fill(STATE, 0, STATE_BYTES);
  adopt();
  setUpPools();
  heads().announcementDue = true;
  return 0;
}

function adopt(): void {
  const record = bootRecord();
  const self = identity();
  self.macHead = load<u16>(changetype<usize>(record));
  self.macTail = load<u32>(changetype<usize>(record), 2);
  self.address = record.address;
  self.gateway = record.gateway;
  self.mask = maskOf(record.prefixLength);
  self.key0 = record.key0;
  self.key1 = record.key1;
  // Odd, so that every bit of a key counts.
  self.hash0 = random() | 1;
  self.hash1 = random() | 1;
  self.booted = 1;
}

function setUpPools(): void {
  statistics().size = <u32>STATISTICS_BYTES;
  poolUse(PoolName.CONNECTIONS).capacity = CONNECTIONS;
  poolUse(PoolName.HALF_OPEN).capacity = HALF_OPEN;
  poolUse(PoolName.TIME_WAIT).capacity = TIME_WAIT;
  poolUse(PoolName.LISTENERS).capacity = LISTENERS;
  poolUse(PoolName.NEIGHBOURS).capacity = NEIGHBOURS;
  // Handles count from a random start, so that those from before a reboot are stale.
  const start = <u32>random();
  for (let index: usize = 0; index < CONNECTIONS; index += 1) {
    Connection.at(CONNECTION_POOL + index * offsetof<Connection>()).generation = start;
  }
  for (let index: usize = 0; index < LISTENERS; index += 1) {
    Listener.at(LISTENER_POOL + index * offsetof<Listener>()).generation = start;
  }
}
