import type { Edit } from '../../support/mutated.js';

/** One thing wrong in the core, in the territory of an invariant. */
export interface Defect extends Edit {
  /** The invariant that says so. */
  invariant: string;
  what: string;
}

export const DEFECTS: readonly Defect[] = [
  {
    invariant: 'agreement',
    what: 'who has accepted takes the peer’s initial sequence number for one more than it is',
    file: 'tcp/handshake/admit.ts',
    from: 'beginReceiving(connection, irs, mss);',
    to: 'beginReceiving(connection, irs + 1, mss);',
  },
  {
    invariant: 'accepted',
    what: 'the third packet need not acknowledge our number',
    file: 'tcp/arrives/syn-received.ts',
    from: 'if (arrived.acknowledgment != sendNext) {',
    to: 'if (false) {',
  },
  {
    invariant: 'bytes',
    what: 'data that arrives out of order is put a byte too far',
    file: 'tcp/data/rings.ts',
    from: 'connection.receiveQueued, RX_RING) + offset, RX_RING);',
    to: 'connection.receiveQueued, RX_RING) + offset + (offset != 0 ? 1 : 0), RX_RING);',
  },
  {
    invariant: 'told',
    what: 'nobody is told of an end',
    file: 'tcp/end.ts',
    from: 'tell(connection, kind);',
    to: '',
  },
  {
    invariant: 'pools',
    what: 'what is given back is counted twice',
    file: 'pool/pool.ts',
    from: 'use.used -= 1;',
    to: 'use.used -= use.used > 1 ? 2 : 1;',
  },
  {
    invariant: 'statistics',
    what: 'drops are not counted',
    file: 'statistics.ts',
    from: 'store<u32>(counter, load<u32>(counter) + 1);',
    to: '',
  },
  {
    invariant: 'deadline',
    what: 'half-open entries are left out of the deadline',
    file: 'core/deadline.ts',
    from: 'if (half !== null) least = min(least, <i32>(half.due - now));',
    to: 'if (half !== null && <i32>(half.due - now) > 4000) least = min(least, <i32>(half.due - now));',
  },
  {
    invariant: 'stuck',
    what: 'what is not acknowledged is sent once more, and never again',
    file: 'tcp/timeouts/connection.ts',
    from: '  connection.set(Flag.FORCED);\n  makeReady(connection);',
    to: '  if (connection.retransmissions < 2) {\n    connection.set(Flag.FORCED);\n    makeReady(connection);\n  }',
  },
  {
    invariant: 'trap',
    what: 'a FIN in the window of an open connection is a trap',
    file: 'tcp/arrives/data.ts',
    from: '  // It needs no room, so it is taken at the edge of the window as well.',
    to: '  if (state == State.FIN_WAIT_2) unreachable();',
  },
  {
    invariant: 'agreement',
    what: 'a byte is acknowledged that was never sent',
    file: 'tcp/arrives/data.ts',
    from: 'connection.receiveNext += advance;',
    to: 'connection.receiveNext += advance + 1;',
  },
  {
    invariant: 'accepted',
    what: 'a SYN that comes twice is believed without a third packet',
    file: 'tcp/arrives/syn-received.ts',
    from: 'answerSynAck(half.initialSendSequence, half.allows);\n    return Drop.NONE;',
    to: 'return completes(half, listener, now);',
  },
  {
    invariant: 'bytes',
    what: 'a FIN is taken before the data in front of it',
    file: 'tcp/arrives/synchronized.ts',
    from: 'if (arrived.sequence + arrived.dataLength == connection.receiveNext) takeFin(connection, now);',
    to: 'if (true) takeFin(connection, now);',
  },
  {
    invariant: 'stuck',
    what: 'a connection in FIN-WAIT-2 that nobody holds is not given back',
    file: 'tcp/timeouts/connection.ts',
    from: 'else if (isOrphan) finish(connection);',
    to: 'else if (isOrphan) clearDeadline(connection);',
  },
  {
    invariant: 'deadline',
    what: 'a deadline is told a ms before TIME-WAIT ends',
    file: 'core/deadline.ts',
    from: 'least = min(least, timeWaitLeft(guard, now));',
    to: 'least = min(least, timeWaitLeft(guard, now) - 1);',
  },
  {
    invariant: 'pools',
    what: 'who waits for room is not told that a connection is free again',
    file: 'tcp/end.ts',
    from: '  giveConnection(connection);\n  admitAll();',
    to: '  giveConnection(connection);',
  },
  {
    invariant: 'statistics',
    what: 'no checksum is looked at',
    file: 'tcp/segment.ts',
    from: 'if (!isPayloadSumRight(PROTOCOL_TCP, length)) return Drop.TCP_CHECKSUM;',
    to: '',
  },
  {
    invariant: 'promises',
    what: 'a SYN sets a deadline and does not say so',
    file: 'pool/half-open.ts',
    from: "  append(listOf(waits), offsetof<HalfOpen>('next'), half.address);\n  heads().touched = true;",
    to: "  append(listOf(waits), offsetof<HalfOpen>('next'), half.address);",
  },
  {
    invariant: 'calls',
    what: 'an option that is allowed is refused',
    file: 'tcp/calls/option.ts',
    from: 'option == Option.KEEP_ALIVE && value <= 65535',
    to: 'option == Option.KEEP_ALIVE && value <= 10',
  },
];
