import { Errno } from '../../errno';
import { identity, nextHop } from '../../identity';
import { Flag, State, takeConnection } from '../../pool/connection';
import { setDeadline } from '../../pool/deadlines';
import { tupleKey } from '../../pool/entry';
import { connectionHandle } from '../../pool/handles';
import { makeReady } from '../../pool/output';
import { insert } from '../../pool/tuple-index';
import { count, Statistics } from '../../statistics';
import { isHostAddress } from '../../wire/ipv4';
import { initialSequence } from '../isn';
import { ephemeralPort } from '../ports';

/** A caller that names no deadline has at least R2 for a SYN: 3 minutes. RFC 9293 §3.8.3, MUST-23. */
const DEFAULT_TIMEOUT_MS: u32 = 180000;
/** Times further apart cannot be compared. */
const LONGEST_TIMEOUT_MS: u32 = 0x7fffffff;

/** Can a segment to this address (network byte order) reach another host? */
function reachability(address: u32): Errno {
  const self = identity();
  if (!isHostAddress(address) || address == self.address) return Errno.EADDRNOTAVAIL;
  // The link's own broadcast and network addresses.
  const host = address & ~self.mask;
  const onLink = ((address ^ self.address) & self.mask) == 0;
  if (onLink && (host == 0 || host == ~self.mask)) return Errno.EADDRNOTAVAIL;
  return nextHop(address) == 0 ? Errno.ENETUNREACH : <Errno>0;
}

/** Active OPEN: RFC 9293 §3.10.1. `timeoutMs` 0: 180,000. The SYN is made when the neighbour is known. */
export function connect(address: u32, port: u32, timeoutMs: u32, now: u32): i32 {
  if (port - 1 > 65534 || timeoutMs > LONGEST_TIMEOUT_MS) return Errno.EINVAL;
  if (!identity().booted) return Errno.ENETDOWN;
  const remoteAddress = bswap<u32>(address);
  const unreachable = reachability(remoteAddress);
  if (unreachable != 0) return unreachable;
  const remotePort = <u32>bswap<u16>(<u16>port);
  const localPort = ephemeralPort(remoteAddress, remotePort);
  if (localPort == 0) return Errno.EADDRNOTAVAIL;
  const connection = takeConnection();
  if (connection === null) return Errno.ENOBUFS;

  const key = tupleKey(remoteAddress, remotePort | (<u32>bswap<u16>(<u16>localPort) << 16));
  const iss = initialSequence(key, now);
  insert(connection.address, key);
  connection.state = <u8>State.SYN_SENT;
  connection.flags |= <u16>(Flag.HELD | Flag.INDEXED | Flag.CONTROL_DUE);
  connection.initialSendSequence = iss;
  connection.sendUnacknowledged = iss;
  connection.sendNext = iss + 1;
  connection.connectDeadline = now + (timeoutMs == 0 ? DEFAULT_TIMEOUT_MS : timeoutMs);
  setDeadline(connection, connection.connectDeadline);
  makeReady(connection);
  count(offsetof<Statistics>('activeOpens'));
  return connectionHandle(connection);
}
