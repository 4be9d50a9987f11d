/** Why not two packets, and why not four: what leaves something out, beside the core. */
import type { RawHost } from '../../lan/index.js';
import type { Act } from '../run/act.js';
import { PORT } from '../run/stage.js';
import { Pair } from './pair.js';

const OLD_PORT = 50_000;
const OLD_NUMBER = 90;

function sendSyn(
  from: RawHost,
  to: { mac: string; address: string },
  sequence: number,
  as = {},
  port = OLD_PORT,
): void {
  from.segment(to, { sourcePort: port, destinationPort: PORT, sequence, flags: 'SYN', mss: 1460 }, as);
}

/** A SYN of a client that is long gone comes to a server that believes it, and to one that waits for the third packet. */
export const twoWay: Act = {
  id: 'two-way',
  lastsMs: 40_000,
  prepare: (stage) => {
    const gone = stage.raw('client', '10.0.0.1');
    const toyHost = { mac: '02:00:0a:00:00:03', address: '10.0.0.3' };
    const toy = stage.toy('two-way', toyHost.address, { handshake: 'two-way', halfOpen: 0, connections: 6 });
    const server = stage.core('server', '10.0.0.2');
    // It is gone: what comes to it is not heard.
    gone.onFrame = () => undefined;
    return () => {
      const listener = server.listen(PORT);
      stage.at(1, () => sendSyn(gone, toyHost, OLD_NUMBER));
      stage.at(5, () => sendSyn(gone, server, OLD_NUMBER));
      return () => {
        const core = server.accept(listener) === undefined ? 0 : 1;
        return { key: core === 0 && toy.connections > 0 ? 'ghost' : 'none', values: { ghosts: toy.connections, core } };
      };
    };
  },
};

/** The SYN-ACK taken apart. */
export const fourWay: Act = {
  id: 'four-way',
  lastsMs: 100,
  prepare: (stage) => {
    const client = stage.raw('four-way client', '10.0.0.4');
    const toyHost = { mac: '02:00:0a:00:00:03', address: '10.0.0.3' };
    const toy = stage.toy('four-way', toyHost.address, { handshake: 'four-way', halfOpen: 4, connections: 6 });
    const pair = new Pair(stage);
    const isOf = (address: string) => (one: { from: string; to: string }) => [one.from, one.to].includes(address);
    client.onFrame = ({ frame }) => {
      if (frame.kind !== 'tcp' || !frame.flags.has('SYN')) return;
      const { sequence } = frame;
      const fields = { sourcePort: OLD_PORT, destinationPort: PORT, sequence: OLD_NUMBER + 1, flags: 'ACK' };
      client.segment(toyHost, { ...fields, acknowledgment: sequence + 1 });
    };
    return () => {
      stage.at(1, () => sendSyn(client, toyHost, OLD_NUMBER));
      stage.at(20, () => pair.begin());
      return () => {
        const frames = stage.trace.records.filter((record) => record.kind === 'frame');
        const four = frames.filter(isOf('four-way')).length;
        const values = { four, three: frames.length - four, connected: toy.connections };
        return { key: toy.connections === 1 && pair.clientState === 'ESTABLISHED' ? 'same' : 'differs', values };
      };
    };
  },
};

const FLOOD = 24;
/** So that each answer comes before the next, and can be seen. */
const BETWEEN_MS = 3;

/** More SYNs than there are half-open entries, and then somebody honest: without cookies, and with them. */
export const flood: Act = {
  id: 'flood',
  lastsMs: 4_000,
  prepare: (stage) => {
    const attacker = stage.raw('attacker', '10.0.0.9', { promiscuous: true });
    attacker.onFrame = () => undefined;
    const toyHost = { mac: '02:00:0a:00:00:03', address: '10.0.0.3' };
    const toy = stage.toy('no cookies', toyHost.address, { handshake: 'three-way', halfOpen: 16, connections: 6 });
    const pair = new Pair(stage);
    return () => {
      pair.listen();
      for (let index = 0; index < FLOOD; index++) {
        const as = { address: `10.0.0.${100 + index}` };
        stage.at(1 + index * BETWEEN_MS, () => {
          for (const to of [toyHost, pair.server]) sendSyn(attacker, to, stage.lan.random.u32(), as, 1024 + index);
        });
      }
      let atToy: number | undefined;
      stage.at(FLOOD * BETWEEN_MS + 20, () => {
        pair.connection = pair.client.connect(pair.server, PORT, 10_000);
        atToy = pair.client.connect(toyHost, PORT, 10_000);
      });
      return () => {
        const { cookiesSent, cookiesAccepted } = pair.server.core.statistics().counters;
        const isOut = atToy !== undefined && pair.client.state(atToy) === 'SYN-SENT';
        const isIn = pair.clientState === 'ESTABLISHED' && pair.accepted.length > 0;
        const values = { syns: FLOOD, cookies: cookiesSent, accepted: cookiesAccepted, refused: toy.refused };
        return { key: isIn && isOut ? 'withstood' : isIn ? 'both' : 'out', values };
      };
    };
  },
};
