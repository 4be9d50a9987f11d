import { Connection, State } from '../../pool/connection';
import { isConnection, isHalfOpen, isTimeWait, listenerKey, localPortOf } from '../../pool/entry';
import { HalfOpen } from '../../pool/half-open';
import { Listener } from '../../pool/listener';
import { TimeWait } from '../../pool/time-wait';
import { find } from '../../pool/lists/tuple-index';
import { count, Drop, Statistics } from '../../statistics';
import { readSegment, segment } from '../segment';
import { arrivesClosed } from './closed';
import { arrivesListen } from './listen';
import { arrivesSynReceived } from './syn-received';
import { arrivesSynSent } from './syn-sent';
import { arrivesSynchronized } from './synchronized';
import { arrivesTimeWait } from './time-wait';

/** SEGMENT ARRIVES: a TCP segment of `length` bytes is in the rx buffer. RFC 9293 §3.10.7. */
export function segmentArrives(length: u32, now: u32): Drop {
  const malformed = readSegment(length);
  if (malformed != Drop.NONE) return malformed;
  count(offsetof<Statistics>('segmentsReceived'));
  const key = segment().key;
  const entry = find(key);
  if (entry == 0) {
    const listener = find(listenerKey(localPortOf(key)));
    return listener == 0 ? arrivesClosed() : arrivesListen(Listener.at(listener), now);
  }
  if (isConnection(entry)) {
    const connection = Connection.at(entry);
    return connection.state == State.SYN_SENT ? arrivesSynSent(connection, now) : arrivesSynchronized(connection, now);
  }
  if (isHalfOpen(entry)) return arrivesSynReceived(HalfOpen.at(entry), now);
  assert(isTimeWait(entry), 'a listener has no remote address');
  return arrivesTimeWait(TimeWait.at(entry), now);
}
