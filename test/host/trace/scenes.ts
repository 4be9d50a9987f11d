import { TraceRecorder } from '../../../host/trace/index.js';
import { arpReply, arpRequest, CLIENT, SERVER, tcp } from './frames.js';

export const MSS_1460 = [2, 4, 5, 180];
export const ISN = { client: 3735928559, server: 4294967290 };
const connectionAtClient = { localPort: 49152, remoteAddress: SERVER.address, remotePort: 80 };
const connectionAtServer = { localPort: 80, remoteAddress: CLIENT.address, remotePort: 49152 };

export function twoHosts(): TraceRecorder {
  return new TraceRecorder([
    { id: 'client', name: 'client', ...CLIENT },
    { id: 'server', name: 'server', ...SERVER },
  ]);
}

/** RFC 9293 Figure 6 with the first SYN lost: what a connection is on a bad day. */
export function handshakeWithLostSyn(): TraceRecorder {
  const recorder = twoHosts();
  const syn = tcp({ seq: ISN.client, flags: 'S', options: MSS_1460 });
  const pools = (at: number, halfOpen: number, connections: number): void =>
    void recorder.pools(at, 'server', [
      { name: 'half-open', used: halfOpen, size: 16 },
      { name: 'connections', used: connections, size: 6 },
      { name: 'time-wait', used: 0, size: 64 },
    ]);
  recorder.state(0, 'client', 'CLOSED');
  recorder.state(0, 'server', 'LISTEN', { localPort: 80 });
  recorder.state(5, 'client', 'SYN-SENT', connectionAtClient);
  recorder.frame(5, 'client', '*', arpRequest(CLIENT, SERVER.address), { arrivesAt: 5.2 });
  recorder.frame(5.2, 'server', 'client', arpReply(SERVER, CLIENT), { arrivesAt: 5.4 });
  recorder.frame(5.4, 'client', 'server', syn, { lost: '' });
  recorder.timerArmed(5.4, 'client', 'retransmission', 1000, connectionAtClient);
  recorder.timerFired(1005.4, 'client', 'retransmission', connectionAtClient);
  recorder.frame(1005.4, 'client', 'server', syn, { arrivesAt: 1005.6 });
  recorder.timerArmed(1005.4, 'client', 'retransmission', 2000, connectionAtClient);
  recorder.state(1005.6, 'server', 'SYN-RECEIVED', connectionAtServer);
  pools(1005.6, 1, 0);
  const synAck = { from: SERVER, to: CLIENT, sourcePort: 80, destinationPort: 49152 };
  recorder.frame(
    1005.6,
    'server',
    'client',
    tcp({ ...synAck, seq: ISN.server, ack: ISN.client + 1, flags: 'SA', options: MSS_1460 }),
    { arrivesAt: 1005.8 },
  );
  recorder.timerArmed(1005.6, 'server', 'retransmission', 1000, connectionAtServer);
  recorder.state(1005.8, 'client', 'ESTABLISHED', connectionAtClient);
  recorder.timerStopped(1005.8, 'client', 'retransmission', connectionAtClient);
  recorder.event(1005.8, 'client', 'CONNECTED', undefined, connectionAtClient);
  recorder.frame(1005.8, 'client', 'server', tcp({ seq: ISN.client + 1, ack: ISN.server + 1, flags: 'A' }), {
    arrivesAt: 1006,
  });
  recorder.state(1006, 'server', 'ESTABLISHED', connectionAtServer);
  recorder.event(1006, 'server', 'ACCEPTABLE', undefined, { localPort: 80 });
  pools(1006, 0, 1);
  return recorder;
}

const fromServer = { from: SERVER, to: CLIENT, sourcePort: 80, destinationPort: 49152 };

/** RFC 9293 Figure 7: both SYNs are on their way at once. */
export function simultaneousOpen(): TraceRecorder {
  const recorder = twoHosts();
  const ports = { sourcePort: 5000, destinationPort: 5000 };
  const back = { from: SERVER, to: CLIENT, ...ports };
  recorder.state(0, 'client', 'SYN-SENT');
  recorder.state(0, 'server', 'SYN-SENT');
  recorder.frame(0, 'client', 'server', tcp({ ...ports, seq: 100, flags: 'S' }), { arrivesAt: 30 });
  recorder.frame(0, 'server', 'client', tcp({ ...back, seq: 300, flags: 'S' }), { arrivesAt: 30 });
  recorder.state(30, 'server', 'SYN-RECEIVED');
  recorder.state(30, 'client', 'SYN-RECEIVED');
  recorder.frame(30, 'client', 'server', tcp({ ...ports, seq: 100, ack: 301, flags: 'SA' }), {
    arrivesAt: 60,
  });
  recorder.frame(30, 'server', 'client', tcp({ ...back, seq: 300, ack: 101, flags: 'SA' }), {
    arrivesAt: 60,
  });
  recorder.state(60, 'server', 'ESTABLISHED');
  recorder.state(60, 'client', 'ESTABLISHED');
  return recorder;
}

/** RFC 9293 Figure 9: the client crashed and begins anew with a connection that the server still believes in. */
export function halfOpenDiscovery(): TraceRecorder {
  const recorder = twoHosts();
  recorder.frame(0, 'client', 'server', tcp({ seq: 99, flags: 'S' }));
  recorder.frame(1, 'server', 'client', tcp({ ...fromServer, seq: 299, ack: 100, flags: 'SA' }));
  recorder.frame(2, 'client', 'server', tcp({ seq: 100, ack: 300, flags: 'A' }));
  recorder.note(3, 'the client crashes', 'client');
  recorder.frame(5000, 'client', 'server', tcp({ seq: 400, flags: 'S' }));
  recorder.frame(5001, 'server', 'client', tcp({ ...fromServer, seq: 300, ack: 100, flags: 'A' }));
  recorder.frame(5002, 'client', 'server', tcp({ seq: 100, flags: 'R' }));
  recorder.state(5002, 'server', 'CLOSED');
  recorder.frame(6000, 'client', 'server', tcp({ seq: 400, flags: 'S' }));
  recorder.frame(6001, 'server', 'client', tcp({ ...fromServer, seq: 900, ack: 401, flags: 'SA' }));
  recorder.frame(6002, 'client', 'server', tcp({ seq: 401, ack: 901, flags: 'A' }));
  return recorder;
}

/** Everything that a network does to frames. */
export function roughNetwork(): TraceRecorder {
  const recorder = twoHosts();
  const data = (seq: number): Uint8Array => tcp({ seq, ack: 301, flags: 'PA', payload: 100 });
  recorder.frame(0, 'client', 'server', tcp({ seq: 100, flags: 'S' }));
  recorder.frame(1, 'server', 'client', tcp({ ...fromServer, seq: 300, ack: 101, flags: 'SA' }));
  recorder.frame(2, 'client', 'server', data(101), { arrivesAt: 90, delayed: true });
  recorder.frame(3, 'client', 'server', data(201), { arrivesAt: 4 });
  recorder.frame(4, 'server', 'client', tcp({ ...fromServer, seq: 301, ack: 101, flags: 'A' }), {
    arrivesAt: 5,
  });
  const damaged = data(301);
  damaged[60] = 0;
  recorder.frame(100, 'client', 'server', data(301), {
    arrivesAt: 101,
    corrupted: damaged,
    dropped: 'TCP_CHECKSUM',
  });
  recorder.frame(110, 'client', 'server', data(401), { arrivesAt: 111 });
  recorder.frame(110, 'client', 'server', data(401), { arrivesAt: 112, duplicate: true });
  recorder.frame(120, 'server', 'client', tcp({ ...fromServer, seq: 301, ack: 501, flags: 'A', window: 0 }));
  recorder.frame(130, 'server', 'client', tcp({ ...fromServer, seq: 301, ack: 501, flags: 'FA' }), {
    lost: 'queue full',
  });
  return recorder;
}

/** A flood of SYNs from many addresses at a server that does not fall. */
export function synFlood(size: number): TraceRecorder {
  const recorder = new TraceRecorder([
    { id: 'flood', name: 'attacker', mac: '02:00:00:00:00:66' },
    { id: 'server', name: 'server', ...SERVER },
  ]);
  for (let i = 0; i < size; i++) {
    const from = { address: `198.51.100.${i + 1}`, mac: '02:00:00:00:00:66' };
    const sourcePort = 20000 + i;
    recorder.frame(i, 'flood', 'server', tcp({ from, sourcePort, seq: 7 * i, flags: 'S' }));
    recorder.pools(i, 'server', [{ name: 'half-open', used: Math.min(16, i + 1), size: 16 }]);
    const back = { from: SERVER, to: from, sourcePort: 80, destinationPort: sourcePort };
    recorder.frame(i, 'server', 'flood', tcp({ ...back, seq: 5, ack: 7 * i + 1, flags: 'SA' }));
  }
  return recorder;
}
