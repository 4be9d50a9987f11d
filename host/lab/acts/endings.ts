/** What outlives a connection: one whose other end has forgotten it, and the one that comes after. */
import type { Act } from '../run/act.js';
import { PORT } from '../run/stage.js';
import { Pair } from './pair.js';

const HELLO = new TextEncoder().encode('hello');

export const reboot: Act = {
  id: 'reboot',
  lastsMs: 200,
  prepare: (stage) => {
    const pair = new Pair(stage);
    return () => {
      pair.begin();
      stage.at(30, () => {
        stage.note('server-reboots');
        pair.accepted.length = 0;
        pair.server.reboot(stage.lan.random.bytes(16));
        pair.listen();
      });
      stage.at(60, () => {
        if (pair.connection !== undefined && pair.clientState === 'ESTABLISHED')
          pair.client.send(pair.connection, HELLO);
      });
      return () => pair.conclude();
    };
  },
};

const CLIENT_PORT = 50_000;
const FIRST = 1000;
/** Above all that the first connection used. RFC 6191; RFC 9293 §3.10.7.4. */
const SECOND = 9000;

export const timeWait: Act = {
  id: 'time-wait',
  lastsMs: 200,
  prepare: (stage) => {
    const client = stage.raw('client', '10.0.0.1');
    const server = stage.core('server', '10.0.0.2');
    const between = { sourcePort: CLIENT_PORT, destinationPort: PORT };
    let accepted = 0;
    let closedBy = 0;
    client.onFrame = ({ frame }) => {
      if (frame.kind !== 'tcp') return;
      const [isSyn, isFin] = [frame.flags.has('SYN'), frame.flags.has('FIN')];
      if (!isSyn && !isFin) return;
      const sequence = frame.acknowledgment;
      const acknowledgment = frame.sequence + 1;
      client.segment(server, { ...between, sequence, acknowledgment, flags: isSyn ? 'ACK' : 'FIN,ACK' });
      if (isFin) closedBy++;
    };
    const connects = (sequence: number): void =>
      client.segment(server, { ...between, sequence, flags: 'SYN', mss: 1460 });
    return () => {
      const listener = server.listen(PORT);
      server.onEvent = ({ handle, kinds }) => {
        if (handle !== listener || !kinds.includes('ACCEPTABLE')) return;
        const talk = server.accept(listener);
        if (talk === undefined) return;
        accepted++;
        // Whoever closes first has TIME-WAIT.
        if (accepted === 1) stage.at(20, () => server.close(talk));
      };
      stage.at(1, () => connects(FIRST));
      stage.at(60, () => {
        stage.note('old-segment');
        const old = { sequence: FIRST + 1, acknowledgment: 1, flags: 'PSH,ACK', payload: HELLO };
        client.segment(server, { ...between, ...old });
      });
      stage.at(100, () => connects(SECOND));
      return () => {
        const values = { accepted, closed: closedBy };
        return { key: accepted === 2 ? 'taken' : 'refused', values };
      };
    };
  },
};
