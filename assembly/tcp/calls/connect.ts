import { swap16, swap32 } from '../../wire/byte-order';
import { Errno } from '../../errno';
import { identity, isPeer, nextHop } from '../../identity';
import { State, takeConnection } from '../../pool/connection';
import { Flag } from '../../pool/owned';
import { setDeadline } from '../../pool/lists/deadlines';
import { handleOf } from '../../pool/lists/handles';
import { makeReady } from '../../pool/lists/output';
import { insert } from '../../pool/lists/tuple-index';
import { count, Statistics } from '../../statistics';
import { beginSending } from '../handshake/establish';
import { initialSequence } from '../handshake/isn';
import { newTuple } from '../handshake/ports';

/** A caller that names no deadline has at least R2 for a SYN: 3 minutes. RFC 9293 §3.8.3, MUST-23. */
const DEFAULT_TIMEOUT_MS: u32 = 180000;
/** Times further apart cannot be compared. */
const LONGEST_TIMEOUT_MS: u32 = 0x7fffffff;

/** Active OPEN: RFC 9293 §3.10.1. `timeoutMs` 0: 180,000. The SYN is made when the neighbour is known. */
export function connect(address: u32, port: u32, timeoutMs: u32, now: u32): i32 {
  if (port - 1 > 65534 || timeoutMs > LONGEST_TIMEOUT_MS) return Errno.EINVAL;
  if (!identity().booted) return Errno.ENETDOWN;
  const remoteAddress = swap32(address);
  if (!isPeer(remoteAddress)) return Errno.EADDRNOTAVAIL;
  if (nextHop(remoteAddress) == 0) return Errno.ENETUNREACH;
  const key = newTuple(remoteAddress, swap16(port));
  if (key == 0) return Errno.EADDRNOTAVAIL;
  const connection = takeConnection();
  if (connection === null) return Errno.ENOBUFS;

  const iss = initialSequence(key, now);
  insert(connection.address, key);
  connection.state = <u8>State.SYN_SENT;
  connection.flags |= Flag.HELD | Flag.INDEXED | Flag.FORCED;
  beginSending(connection, iss);
  connection.giveUpAt = now + (timeoutMs == 0 ? DEFAULT_TIMEOUT_MS : timeoutMs);
  setDeadline(connection, connection.giveUpAt);
  makeReady(connection);
  count(offsetof<Statistics>('activeOpens'));
  return handleOf(connection);
}
