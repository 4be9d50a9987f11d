import { swap32 } from '../wire/byte-order';
import { Errno } from '../errno';
import { BootRecord, bootRecord, identity, isHostOf } from '../identity';
import { paintGuards } from '../guards';
import { BOOT_RECORD, IDENTITY, POOLS_END, STATE, STATE_BYTES } from '../memory';
import { heads } from '../pool/lists/heads';
import { CONNECTIONS, GUARD_BYTES, HALF_OPEN, LISTENERS, NEIGHBOURS, RX_RING, TIME_WAIT, TX_RING } from '../profile';
import { poolUse, PoolName, statistics, STATISTICS_BYTES } from '../statistics';
import { random } from '../tcp/handshake/random';
import { isStation } from '../wire/ethernet';

// What the rest relies on, checked when a profile is compiled.
if (NEIGHBOURS < CONNECTIONS) ERROR('a profile has at least as many neighbours as connections');
if (CONNECTIONS + LISTENERS > 2047) ERROR('a profile has at most 2047 connections and listeners');
if (POOLS_END > 8 * 65536) ERROR('the pools of a profile lie below 512 KiB');
if (CONNECTIONS == 0 || HALF_OPEN == 0 || TIME_WAIT == 0 || LISTENERS == 0) ERROR('a profile has one of each at least');
if (((RX_RING | TX_RING) & 7) != 0) ERROR('a ring is a multiple of 8 bytes');
if ((GUARD_BYTES & 15) != 0) ERROR('a guard is a multiple of 16 bytes');
if (RX_RING < 256 || TX_RING < 256) ERROR('a ring has 256 bytes at least');

/** Network part of an address, in network byte order. */
function maskOf(prefixLength: u32): u32 {
  return swap32((<u32>0xffffffff) << (32 - prefixLength));
}

/** Checks the boot record and starts anew: every connection is forgotten, every counter zero. */
export function boot(): i32 {
  const mask = maskOf(bootRecord().prefixLength);
  if (!isBootRecordRight(mask)) return Errno.EINVAL;
  memory.fill(STATE, 0, STATE_BYTES);
  if (GUARD_BYTES != 0) paintGuards();
  adopt(mask);
  setUpPools();
  heads().announcementDue = true;
  return 0;
}

/** Can a host be so? RFC 1122 §3.2.1.3. */
function isBootRecordRight(mask: u32): bool {
  const record = bootRecord();
  if (!isStation(record.mac)) return false;
  if (<u32>record.prefixLength - 1 > 29) return false;
  const address = record.address;
  const gateway = record.gateway;
  if (!isHostOf(address, address, mask)) return false;
  if (gateway != 0 && (gateway == address || !isHostOf(gateway, address, mask))) return false;
  // A key of zeros is one that nobody has filled in: sequence numbers would be for everyone to foresee.
  return (record.key0 | record.key1) != 0;
}

function adopt(mask: u32): void {
  const record = bootRecord();
  const self = identity();
  // An identity begins as its record does.
  memory.copy(IDENTITY, BOOT_RECORD, offsetof<BootRecord>());
  self.mac = record.mac;
  self.mask = mask;
  // Odd, so that every bit of a key counts.
  self.hash0 = random() | 1;
  self.hash1 = random() | 1;
  self.firstGeneration = <u32>random();
  self.booted = 1;
}

function setUpPools(): void {
  statistics().size = <u32>STATISTICS_BYTES;
  poolUse(PoolName.CONNECTIONS).capacity = CONNECTIONS;
  poolUse(PoolName.HALF_OPEN).capacity = HALF_OPEN;
  poolUse(PoolName.TIME_WAIT).capacity = TIME_WAIT;
  poolUse(PoolName.LISTENERS).capacity = LISTENERS;
  poolUse(PoolName.NEIGHBOURS).capacity = NEIGHBOURS;
}
