import { describe, expect, test } from 'vitest';
import { Core, formatAddress } from '../../host/core/index.js';
import { Random, segmentFrame, type End } from '../../host/lan/index.js';
import { decode } from '../../host/trace/decode.js';
import { moduleOf, next, PORT, used } from '../simulation/world.js';
import { HALF_OPEN_MS, Scene } from './scene.js';

/** Who pretends to be somebody else, and what can be foreseen. */

describe.for(['lan', 'tiny'] as const)('sources that cannot be (%s)', (profile) => {
  test('LAND: a SYN from the host’s own address and port gets no answer', () => {
    const scene = new Scene({ profile });
    const { host } = scene;
    scene.segment({ sourcePort: PORT }, { address: host.address });
    scene.segment({ sourcePort: PORT }, { address: host.address, mac: host.mac });
    scene.segment({ sourcePort: PORT, flags: 'SYN,ACK' }, { address: host.address });
    scene.lan.for(5);
    expect(scene.answers).toMatchObject({ received: 3, sent: 0 });
    scene.survives();
  });

  test('a SYN from a broadcast, group, loopback, zero or network address gets no answer', () => {
    const scene = new Scene({ profile });
    const sources = ['10.73.0.255', '255.255.255.255', '224.0.0.251', '239.255.255.250', '127.0.0.1', '0.0.0.0'];
    for (const address of [...sources, '10.73.0.0', '240.0.0.1']) scene.segment({}, { address });
    for (const mac of ['ff:ff:ff:ff:ff:ff', '01:00:5e:00:00:fb', '00:00:00:00:00:00']) scene.segment({}, { mac });
    scene.lan.for(5);
    expect(scene.answers).toMatchObject({ received: 11, sent: 0 });
    expect(used(scene.host).halfOpen).toBe(0);
    scene.survives();
  });

  test('a SYN or ping to everybody, by MAC or by address, gets no answer: no smurf', () => {
    const scene = new Scene({ profile });
    const { attacker, host } = scene;
    const syn = { sourcePort: 4000, destinationPort: PORT, sequence: 100, flags: 'SYN' };
    const everybody = 'ff:ff:ff:ff:ff:ff';
    attacker.segment({ mac: everybody, address: host.address }, syn, scene.witness);
    attacker.segment({ mac: everybody, address: '10.73.0.255' }, syn, scene.witness);
    attacker.segment({ mac: host.mac, address: '10.73.0.255' }, syn, scene.witness);
    attacker.segment({ mac: host.mac, address: '224.0.0.1' }, syn, scene.witness);
    scene.lan.for(5);
    expect(scene.answers).toMatchObject({ received: 4, sent: 0 });
    scene.survives();
  });
});

describe('what a stranger cannot know', () => {
  test('a third ACK that was made up opens nothing: 20,000 guesses, and the one that is right', () => {
    const scene = new Scene();
    const random = new Random(7);
    const victim = { address: '10.73.0.40' };
    scene.segment({}, victim);
    const [answer] = scene.heard();
    if (answer === undefined) throw new Error('the SYN was not answered');
    for (let count = 0; count < 20_000; count++) {
      scene.segment({ sequence: 101, acknowledgment: random.u32(), flags: 'ACK' }, victim);
      if (count % 100 === 99) scene.lan.for(1);
    }
    scene.heard();
    expect(scene.host.accept(scene.listener)).toBeUndefined();
    // The handshake that they were aimed at is none the worse for it.
    scene.segment({ sequence: 101, acknowledgment: next(answer.sequence), flags: 'ACK' }, victim);
    scene.lan.for(2);
    const handle = scene.acceptFrom(victim);
    scene.host.abort(handle);
    scene.survives();
  });

  test('a cookie of 4 hours and 40 minutes ago opens nothing', () => {
    const scene = new Scene();
    const { lan, host } = scene;
    const flood = (): void => {
      for (let port = 0; port < 16; port++) scene.segment({ sourcePort: 5000 + port });
      scene.heard();
    };
    flood();
    scene.segment({});
    const acknowledgment = next(scene.heard()[0]?.sequence ?? 0);
    lan.for(2 ** 24);
    flood();
    // One more cookie is out: then the core looks at them.
    scene.segment({ sourcePort: 6000 });
    scene.heard();
    scene.segment({ sequence: 101, acknowledgment, flags: 'ACK' });
    scene.heard();
    expect(host.accept(scene.listener)).toBeUndefined();
  });

  test('initial sequence numbers of 2,000 4-tuples: neither one, nor two, tell the next', async () => {
    const core = await listening(1);
    const numbers = Array.from({ length: 2000 }, (_, port) => issOf(core, 2000 + port, 0));
    const differences = numbers.map((number, i) => (number - (numbers[i - 1] ?? 0)) >>> 0).slice(1);
    for (const list of [numbers, differences]) {
      expect(new Set(list).size).toBe(list.length);
      // Each of the 32 bits is as often 1 as 0: five standard deviations are 112.
      for (let bit = 0; bit < 32; bit++) {
        const ones = list.filter((number) => (number >>> bit) & 1).length;
        expect(Math.abs(ones - list.length / 2), `bit ${bit}`).toBeLessThan(112);
      }
    }
    // Counting on from one to the next would leave small differences: none is within 64 KiB of zero more than by chance.
    expect(differences.filter((difference) => difference < 65_536).length).toBeLessThan(5);
  });

  test('initial sequence numbers of one 4-tuple grow by the clock, and after a restart with another key are new', async () => {
    const key = 1;
    const at = async (now: number, by = key): Promise<number> => issOf(await listening(by), 4000, now);
    const first = await at(0);
    // 250 steps in a ms: RFC 9293 §3.4.1.
    expect(next(await at(1000), -first)).toBe(250_000);
    expect(next(await at(1000, 2), -first)).not.toBe(250_000);
    expect(Math.abs((await at(0, 2)) - first)).toBeGreaterThan(2 ** 16);
  });

  test('local ports of 1,000 connects: all over the dynamic range, no pattern, others after a restart', async () => {
    const [ports, others] = [await portsOf(1), await portsOf(2)];
    expect(Math.min(...ports)).toBeGreaterThanOrEqual(49_152);
    expect(Math.max(...ports) - Math.min(...ports)).toBeGreaterThan(16_000);
    const steps = new Set(ports.map((port, i) => port - (ports[i - 1] ?? 0)));
    expect(steps.size).toBeGreaterThan(900);
    expect(others.filter((port, i) => port === ports[i]).length).toBeLessThan(5);
  });

  test('the IP identification tells nothing: it is 0 in every packet, which is not to be fragmented', () => {
    const scene = new Scene();
    const { attacker } = scene;
    for (let port = 0; port < 20; port++) scene.segment({ sourcePort: 5000 + port });
    for (let port = 0; port < 20; port++) scene.segment({ destinationPort: 1000 + port });
    scene.lan.for(2);
    expect(attacker.received.length).toBe(40);
    for (const { bytes } of attacker.received) {
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      expect([view.getUint16(18), view.getUint16(20)]).toEqual([0, 0x4000]);
    }
    scene.survives({ afterMs: HALF_OPEN_MS });
  });
});

describe('old duplicates', () => {
  test('every segment of a connection that is over, again and again: nothing of it comes back', () => {
    const scene = new Scene();
    const { host, lan } = scene;
    const { sequence, acknowledgment } = scene.attackerConnects();
    const handle = scene.acceptFrom(scene.attacker);
    const old = [
      { sequence: 100, flags: 'SYN', mss: 1460 },
      { sequence, acknowledgment, flags: 'ACK' },
      { sequence, acknowledgment, flags: 'ACK', payload: new Uint8Array(500) },
      { sequence: next(sequence, 500), acknowledgment, flags: 'FIN,ACK' },
    ];
    scene.segment(old[2] ?? {});
    scene.segment(old[3] ?? {});
    lan.for(2);
    expect(host.read(handle).length).toBe(500);
    host.close(handle);
    lan.for(2);
    scene.segment({ sequence: next(sequence, 501), acknowledgment: next(acknowledgment), flags: 'ACK' });
    lan.for(2);
    for (let round = 0; round < 100; round++) {
      for (const segment of old) scene.segment(segment);
      lan.for(1000);
    }
    expect(host.accept(scene.listener)).toBeUndefined();
    scene.survives({ afterMs: HALF_OPEN_MS });
  });

  test('into TIME-WAIT: data, RST and an old SYN do not end it, and a new SYN is taken only with a higher number', () => {
    const scene = new Scene();
    const { host, lan } = scene;
    const { sequence, acknowledgment } = scene.attackerConnects({ sequence: 1_000_000 });
    const handle = scene.acceptFrom(scene.attacker);
    host.close(handle);
    lan.for(2);
    scene.segment({ sequence, acknowledgment: next(acknowledgment), flags: 'FIN,ACK' });
    scene.heard();
    expect(used(host).timeWait).toBe(1);
    const payload = new Uint8Array(100);
    for (const old of [
      { sequence: next(sequence, -500), acknowledgment, flags: 'ACK', payload },
      { sequence, flags: 'RST' },
      { sequence: next(sequence), flags: 'RST' },
      { sequence: next(sequence, -1), flags: 'SYN' },
      { sequence: next(sequence, -70_000), flags: 'SYN' },
    ]) {
      scene.segment(old);
      lan.for(2);
      expect(used(host)).toMatchObject({ timeWait: 1, halfOpen: 0 });
    }
    scene.heard();
    scene.segment({ sequence: next(sequence, 70_000), flags: 'SYN' });
    expect(scene.heard().map(({ flags }) => flags)).toEqual(['ACK,SYN']);
    expect(used(host)).toMatchObject({ timeWait: 0, halfOpen: 1 });
    scene.survives({ afterMs: HALF_OPEN_MS });
  });
});

const SELF = { mac: '02:00:00:00:00:02', address: '10.0.0.2' };
const PEER: End = { mac: '02:00:00:00:00:01', address: '10.0.0.1' };

/** A core that listens, with the key that many times 16 bytes. */
async function listening(key: number): Promise<Core> {
  const core = new Core(await moduleOf('gateway'));
  core.boot({ ...SELF, prefixLength: 24, key: new Uint8Array(16).fill(key) }, 0);
  core.listen(PORT, 4);
  core.drain(0);
  return core;
}

function issOf(core: Core, sourcePort: number, now: number): number {
  core.receive(segmentFrame(PEER, SELF, { sourcePort, destinationPort: PORT, sequence: 1, flags: 'SYN' }), now);
  const frame = decode(core.drain(now)[0] ?? new Uint8Array());
  if (frame.kind !== 'tcp') throw new Error('the SYN was not answered');
  return frame.sequence;
}

async function portsOf(key: number): Promise<number[]> {
  const core = await listening(key);
  return Array.from({ length: 1000 }, (_, host) =>
    core.localPort(core.connect(formatAddress(0x0a000003 + (host % 200)), 80, 0, 0)),
  );
}
