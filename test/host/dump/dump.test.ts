import { describe, expect, it } from 'vitest';
import { dumpText, openDump, type ConnectionReport, type DumpReport } from '../../../host/dump/index.js';
import { Lan, segmentFrame } from '../../../host/lan/index.js';
import {
  ACKNOWLEDGED,
  BOARD,
  dumpOf,
  dumpOfScene,
  GATEWAY,
  KEY,
  moduleOf,
  OPEN,
  PEER,
  playScene,
  PORT,
  SENT,
  SILENT,
  START,
  UNREAD,
} from './scene.js';

const scene = playScene();
const { lan, board, handles } = scene;
const { core } = board;
const report = openDump(dumpOfScene(scene));

function connectionAt(port: number, { connections }: DumpReport = report): ConnectionReport {
  const found = connections.find((one) => one.remote.port === port);
  if (found === undefined) throw new Error(`no connection with port ${port} of the peer`);
  return found;
}

describe('a dump', () => {
  it('says who trapped, where and why', () => {
    const identity = { address: BOARD.address, prefixLength: 24, gateway: GATEWAY, mac: BOARD.mac };
    expect(report.board).toEqual({ profile: 'lan-apps', abi: 1, uptimeMs: lan.now, restarts: 2, identity });
    expect(report.trap).toEqual({ call: 'receive', reason: 'Exception: unreachable' });
    expect(report.doubts).toEqual([]);
  });

  it('has every connection with the state, ports and addresses that the core tells of its handle', () => {
    expect(report.connections.map(({ state, holder }) => [state, holder])).toEqual([
      ['ESTABLISHED', 'app'],
      ['ESTABLISHED', 'linked app'],
      ['TIME-WAIT', 'app'],
      ['ESTABLISHED', 'nobody'],
      ['SYN-SENT', 'app'],
    ]);
    for (const handle of [handles.open, handles.over, handles.silent]) {
      const one = report.connections.find((connection) => connection.handle === handle);
      expect(one).toMatchObject({
        state: core.state(handle),
        local: { address: BOARD.address, port: core.localPort(handle) },
        remote: { address: core.remoteAddress(handle), port: core.remotePort(handle) },
      });
    }
    expect(connectionAt(PORT.queued)).toMatchObject({ local: { port: PORT.app }, remote: { address: PEER.address } });
    expect(connectionAt(PORT.queued).flags).toContain('QUEUED');
    expect(connectionAt(9)).toMatchObject({ neighbour: SILENT });
  });

  it('has the sequence numbers that were on the wire', () => {
    const { send, receive } = connectionAt(PORT.open);
    const next = scene.boardNext.get(PORT.open) ?? NaN;
    expect(send).toMatchObject({ next, maximum: next, unacknowledged: (next - SENT.length + ACKNOWLEDGED) >>> 0 });
    expect(send).toMatchObject({ window: OPEN.window, maximumSegmentSize: 1000 });
    expect(receive).toMatchObject({ next: OPEN.receiveNext, pieces: [OPEN.piece] });
    expect(connectionAt(PORT.linked).send.next).toBe(scene.boardNext.get(PORT.linked));
  });

  it('has what is in the rings, and the windows that follow', () => {
    const { send, receive } = connectionAt(PORT.open);
    expect(send).toMatchObject({ queued: SENT.length - ACKNOWLEDGED, ring: 4096 });
    expect(core.received(handles.open)).toBe(UNREAD.length);
    expect(receive).toMatchObject({ queued: UNREAD.length, ring: 4096, window: 4096 - UNREAD.length });
  });

  it('has the timers, the first of them when the core wants to be woken', () => {
    const { deadlines } = report;
    expect(deadlines[0]?.inMs).toBe(core.nextDeadline(lan.now));
    expect(deadlines.map(({ inMs }) => inMs)).toEqual(deadlines.map(({ inMs }) => inMs).sort((a, b) => a - b));
    const peer = (port: number): string => `10.73.0.3:77 ⇄ 10.73.0.9:${port}`;
    expect(deadlines.map(({ what, of }) => `${what} ${of}`).sort()).toEqual(
      [
        `SYN-ACK retransmission ${peer(PORT.half)}`,
        `retransmission ${peer(PORT.open)}`,
        `time-wait ${peer(PORT.over)}`,
        `ARP request ${SILENT}`,
        `user timeout 10.73.0.3:${core.localPort(handles.silent)} ⇄ ${SILENT}:9`,
      ].sort(),
    );
    // The app gave it 20 s, some 20 ms ago; TIME-WAIT lasts 60 s and up to a unit of 64 ms.
    expect(connectionAt(9).deadlines[0]?.inMs).toBeGreaterThan(19_950);
    expect(connectionAt(9).deadlines[0]?.inMs).toBeLessThan(20_000);
    expect(report.timeWait[0]?.deadline.inMs).toBeGreaterThan(59_800);
    expect(report.timeWait[0]?.deadline.inMs).toBeLessThan(60_064);
  });

  it('has the handshakes, what is left of finished connections, the ports and the hosts', () => {
    const remote = (port: number) => ({ address: PEER.address, port });
    const local = { address: BOARD.address, port: PORT.app };
    expect(report.halfOpen).toMatchObject([
      {
        local,
        remote: remote(PORT.half),
        initialSendSequence: scene.halfOpenSequence,
        initialReceiveSequence: 500,
        maximumSegmentSize: 1000,
        retransmissions: 0,
        waitsFor: 'acknowledgment',
      },
    ]);
    const sendNext = scene.boardNext.get(PORT.over);
    expect(report.timeWait).toMatchObject([{ local, remote: remote(PORT.over), sendNext, receiveNext: 102 }]);
    expect(report.listeners.map(({ port, queued, backlog }) => [port, queued, backlog]).slice(-1)).toEqual([
      [77, 1, 2],
    ]);
    expect(report.listeners.map(({ port }) => port).sort()).toEqual([7, 77, 80, 9]);
    expect(report.listeners.find(({ port }) => port === PORT.app)?.handle).toBe(handles.listener);
    expect(report.neighbours).toMatchObject([
      { address: PEER.address, mac: PEER.mac, asking: 'no' },
      { address: SILENT, asking: 'asked', requests: 1, users: 1 },
    ]);
    expect(report.neighbours[1]?.mac).toBeUndefined();
  });

  it('has the pools and the counters that the core tells, without those that are 0', () => {
    const { counters, drops, pools } = core.statistics();
    expect(report.pools).toEqual(pools);
    expect({ ...counters, ...report.counters }).toEqual(counters);
    expect(Object.values(report.counters)).not.toContain(0);
    const isCounted = Object.entries(counters).filter(([, count]) => count !== 0);
    expect(Object.entries(report.counters)).toEqual(isCounted);
    expect(report.drops).toEqual({ RESET_UNKNOWN: drops.RESET_UNKNOWN });
  });

  it('has the frame that was received last, decoded and byte for byte', () => {
    const { lastFrame } = report;
    expect(lastFrame).toMatchObject({ from: '10.73.0.9:4000', to: '10.73.0.3:77', length: 54, hasIpOptions: false });
    expect(lastFrame?.hex).toBe(Buffer.from(scene.lastFrame).toString('hex'));
    expect(lastFrame?.text).toMatch(/^ACK {2}seq 111 {2}ack \d+ {2}win 2000$/);
  });

  it('tells nobody the key, nor what comes of it', () => {
    const identity = core.exports.config();
    const memory = Buffer.from(core.snapshot().memory);
    const at = memory.indexOf(KEY, identity + 32);
    expect(at).toBeGreaterThan(identity);
    const hashes = memory.subarray(at + 40, at + 56).toString('hex');
    const written = JSON.stringify(report) + dumpText(report);
    for (const secret of [Buffer.from(KEY).toString('hex'), hashes, hashes.slice(0, 16), KEY.join(), KEY.join(', ')]) {
      expect(written).not.toContain(secret);
    }
    expect(dumpText(report)).toMatch(/keep it as a secret\. What they said is not in it\.$/);
  });

  it('says the same where the board has left out what was said', () => {
    const leftOutAt = core.exports.received_at(scene.handles.open);
    const memory = Buffer.from(core.snapshot().memory);
    expect(memory.indexOf(UNREAD)).toBe(leftOutAt);
    const dump = dumpOfScene(scene, { leftOutAt, leftOutBytes: UNREAD.length });
    expect(Buffer.from(dump).indexOf(UNREAD)).toBe(-1);
    expect(openDump(dump)).toEqual(report);
  });

  it('is opened where a clock has wrapped between what happened and the trap', () => {
    expect(START + lan.nowMs).toBeGreaterThan(2 ** 32);
    expect(report.neighbours[0]?.confirmedMsAgo).toBeLessThanOrEqual(lan.nowMs);
  });
});

describe('a dump of another time', () => {
  const UNIT_WRAP = 2 ** 16 * 64;

  it.each([
    0,
    5,
    2 ** 16 - 90,
    UNIT_WRAP - 90,
    UNIT_WRAP - 30_000,
    2 ** 31 - 90,
    2 ** 32 - 20_000,
    2 ** 32 - 300,
    2 ** 32 - 200,
  ])('has the same timers when the clock began at %d', (startTime) => {
    const other = playScene('lan-apps', startTime);
    const { deadlines, neighbours } = openDump(dumpOfScene(other));
    expect(neighbours).toEqual(report.neighbours);
    expect(deadlines[0]?.inMs).toBe(other.board.core.nextDeadline(other.lan.now));
    // TIME-WAIT is kept in units of 64 ms.
    const shape = ({ what, inMs }: { what: string; inMs: number }): string =>
      `${what} ${what === 'time-wait' ? '' : inMs}`;
    expect(deadlines.map(shape)).toEqual(report.deadlines.map(shape));
    const at = (one: DumpReport['deadlines']): number => one.find(({ what }) => what === 'time-wait')?.inMs ?? NaN;
    expect(Math.abs(at(deadlines) - at(report.deadlines))).toBeLessThan(64);
  });

  it('says to the ms when TIME-WAIT ends', () => {
    const world = new Lan({ startTime: 2 ** 32 - 777, seed: 3 });
    const [one, other] = ['10.73.0.2', '10.73.0.3'].map((address) => world.host(address, moduleOf('lan'), { address }));
    if (one === undefined || other === undefined) throw new Error('two hosts');
    const listener = other.listen(5);
    const handle = one.connect(other, 5);
    world.for(50);
    const accepted = other.accept(listener) ?? 0;
    one.close(handle);
    world.for(10);
    other.close(accepted);
    for (let step = 0; step < 90; step++) {
      world.for(7);
      const { deadlines } = openDump(dumpOf(one.core, world.now));
      expect(deadlines).toMatchObject([{ what: 'time-wait', inMs: one.core.nextDeadline(world.now) }]);
    }
  });

  it('has what is still to be told to an app', () => {
    const other = playScene();
    const fin = { sourcePort: PORT.open, destinationPort: PORT.app, sequence: OPEN.receiveNext, flags: 'FIN,ACK' };
    const acknowledgment = openDump(dumpOfScene(other)).connections[0]?.send.next ?? 0;
    other.board.core.receive(segmentFrame(PEER, BOARD, { ...fin, acknowledgment }), other.lan.now);
    const events = openDump(dumpOfScene(other)).connections.filter((one) => one.events.length > 0);
    expect(events.map(({ handle, events: kinds }) => ({ handle, kinds }))).toEqual([...other.board.core.events()]);
    expect(events).toHaveLength(1);
    expect(dumpText(openDump(dumpOfScene(other)))).not.toContain('to be told');
  });

  it('tells SND.NXT from what was sent before, after a timeout', () => {
    const { board: silent, lan: world } = playScene();
    const core = silent.core.fork();
    const due = openDump(dumpOf(core, world.now)).deadlines.find(({ of }) => of.endsWith(`:${PORT.open}`))?.inMs ?? NaN;
    const now = (world.now + due) >>> 0;
    const before = connectionAt(PORT.open, openDump(dumpOf(core, now))).send;
    core.expire(now);
    const { send, flags } = connectionAt(PORT.open, openDump(dumpOf(core, now)));
    expect(send).toMatchObject({
      next: before.unacknowledged,
      maximum: before.maximum,
      unacknowledged: before.unacknowledged,
    });
    expect(before.next).toBe(before.maximum);
    expect(flags).toContain('FORCED');
    expect(dumpText(openDump(dumpOf(core, now)))).toContain(`SND.NXT ${send.next} (${send.maximum} before)`);
  });

  it('says what a timeout did: SND.NXT goes back, and how often it was sent again', () => {
    const later = playScene();
    const before = openDump(dumpOfScene(later));
    later.lan.for(5000);
    const { send, timing, deadlines } = connectionAt(PORT.open, openDump(dumpOfScene(later)));
    // After 1 s and 3 s, each time as one segment.
    expect(timing).toMatchObject({ retransmissions: 2, retransmissionTimeoutMs: 4000 });
    expect(send.unacknowledged).toBe(connectionAt(PORT.open, before).send.unacknowledged);
    expect(deadlines).toMatchObject([{ what: 'retransmission' }]);
    expect(deadlines[0]?.inMs).toBeLessThan(4000 - 1900);
    const half = openDump(dumpOfScene(later)).halfOpen[0];
    expect(half).toMatchObject({ retransmissions: 2, deadline: { what: 'SYN-ACK retransmission' } });
    expect(openDump(dumpOfScene(later)).deadlines[0]?.inMs).toBe(later.board.core.nextDeadline(later.lan.now));
  });

  it('knows the last timer of a handshake, and that of a connection whose app is gone', () => {
    const later = playScene();
    later.lan.for(16_000);
    const half = openDump(dumpOfScene(later)).halfOpen[0];
    expect(half).toMatchObject({ retransmissions: 4, deadline: { what: 'end of a half-open entry' } });

    const world = new Lan({ seed: 3 });
    const one = world.host('one', moduleOf('lan'), { address: '10.73.0.2' });
    const other = world.host('other', moduleOf('lan'), { address: '10.73.0.3' });
    other.listen(5);
    const handle = one.connect(other, 5);
    world.for(50);
    one.close(handle);
    world.for(50);
    const orphan = openDump(dumpOf(one.core, world.now));
    expect(orphan.connections).toMatchObject([{ state: 'FIN-WAIT-2', holder: 'nobody' }]);
    expect(orphan.deadlines).toMatchObject([
      { what: 'FIN-WAIT-2 without an app', inMs: one.core.nextDeadline(world.now) },
    ]);
  });

  it('has the handshakes that wait for room at their listener', () => {
    const world = new Lan({ seed: 3 });
    const one = world.host('one', moduleOf('lan'), { address: '10.73.0.2' });
    const other = world.host('other', moduleOf('lan'), { address: '10.73.0.3' });
    other.listen(5, 1);
    other.listen(6, 1);
    for (const port of [5, 5, 6]) one.connect(other, port);
    world.for(100);
    const { listeners, halfOpen, deadlines } = openDump(dumpOf(other.core, world.now));
    expect(listeners.map(({ queued, waitForRoom }) => [queued, waitForRoom])).toEqual([
      [1, 1],
      [1, 0],
    ]);
    expect(halfOpen).toMatchObject([{ local: { port: 5 }, waitsFor: 'room' }]);
    expect(deadlines).toEqual([]);
    expect(other.core.nextDeadline(world.now)).toBe(-1);
  });

  it('has what was measured and set: the round trip, the options, the timeouts', () => {
    const world = new Lan({ seed: 3, latencyMs: 24 });
    const one = world.host('one', moduleOf('lan'), { address: '10.73.0.2' });
    const other = world.host('other', moduleOf('lan'), { address: '10.73.0.3' });
    other.listen(5);
    // The neighbours know each other before, so it is the SYN's round trip that is measured.
    one.abort(one.connect(other, 6));
    world.for(200);
    const handle = one.connect(other, 5);
    world.for(200);
    one.setKeepAlive(handle, 90);
    one.setUserTimeout(handle, 6400);
    const { timing, isSackPermitted } = connectionAt(5, openDump(dumpOf(one.core, world.now)));
    // RFC 6298 §2.2: SRTT is the first round trip, RTTVAR half of it.
    expect(timing).toMatchObject({ smoothedRoundTripMs: 48, roundTripVariationMs: 24, retransmissionTimeoutMs: 250 });
    expect(timing).toMatchObject({ keepAliveSeconds: 90, userTimeoutMs: 6400, retransmissions: 0 });
    expect([isSackPermitted, connectionAt(PORT.open).isSackPermitted]).toEqual([true, false]);
    expect(connectionAt(PORT.open).timing.smoothedRoundTripMs).toBeUndefined();
  });

  it('has the end of a connection that an app still holds', () => {
    const later = playScene();
    later.lan.for(30_000);
    const { handles: held } = later;
    const ended = openDump(dumpOfScene(later)).connections.find(({ handle }) => handle === held.silent);
    expect(ended).toMatchObject({ state: 'CLOSED', failure: later.board.failure(held.silent), deadlines: [] });
    expect(ended?.failure).toBe('EHOSTUNREACH');
  });

  it('calls a connection CLOSED whose guard is over', () => {
    const later = playScene();
    later.lan.for(61_000);
    const over = openDump(dumpOfScene(later)).connections.find(({ handle }) => handle === later.handles.over);
    expect(later.board.state(later.handles.over)).toBe('CLOSED');
    expect(over?.state).toBe('CLOSED');
  });

  it('knows a delayed acknowledgment, a probe of a closed window, and a keep-alive', () => {
    // The low 16 bits of the clock wrap while the last acknowledgment is delayed.
    const world = new Lan({ startTime: 2 ** 17 - 2102, seed: 3 });
    const [one, other] = [
      world.host('one', moduleOf('lan'), { address: '10.73.0.2' }),
      world.host('other', moduleOf('lan'), { address: '10.73.0.3' }),
    ];
    const listener = other.listen(5);
    const [filling, asking] = [one.connect(other, 5), one.connect(other, 5)];
    world.for(50);
    one.setKeepAlive(asking, 60);
    world.for(50);
    const kinds = (): string[] => openDump(dumpOf(one.core, world.now)).deadlines.map(({ what }) => what);
    expect(kinds()).toEqual(['keep-alive']);
    expect(openDump(dumpOf(one.core, world.now)).deadlines[0]?.inMs).toBe(one.core.nextDeadline(world.now));
    other.accept(listener);
    other.accept(listener);
    for (let i = 0; i < 20; i++) {
      one.send(filling, new Uint8Array(4096));
      world.for(100);
    }
    expect(kinds()).toEqual(['persist', 'keep-alive']);
    const [full] = openDump(dumpOf(other.core, world.now)).connections;
    expect(full?.receive).toMatchObject({ queued: 4096, window: 0 });
    one.send(asking, new Uint8Array(1));
    world.for(3);
    expect(world.now).toBe(2 ** 17 + 1);
    const delayed = openDump(dumpOf(other.core, world.now)).deadlines;
    expect(delayed).toMatchObject([{ what: 'delayed acknowledgment', inMs: other.core.nextDeadline(world.now) }]);
  });
});

describe('a dump of a module', () => {
  it.each([
    ['tiny', 1024],
    ['lan', 4096],
    ['lan-fast', 4096],
    ['lan-apps-fast', 4096],
    ['gateway', 4096],
    ['gateway-apps', 4096],
  ])('%s is opened, too', (name, ring) => {
    const world = new Lan({ seed: 5 });
    const host = world.host('host', moduleOf(name), { address: '10.73.0.3' });
    const other = world.host('other', moduleOf('lan'), { address: '10.73.0.2' });
    // The entry is another's by then: its handle says so.
    host.abort(host.connect(other, 8));
    world.for(20);
    const handle = host.connect(other, 9);
    const listener = other.listen(9);
    world.for(20);
    expect(host.state(handle)).toBe('ESTABLISHED');
    const opened = openDump(dumpOf(host.core, world.now, { rxRing: ring, txRing: ring, profile: name }));
    expect(opened).toMatchObject({ doubts: [], pools: host.core.pools() });
    expect(opened.connections).toMatchObject([
      { handle, state: 'ESTABLISHED', remote: { address: '10.73.0.2', port: 9 }, neighbour: '10.73.0.2' },
    ]);
    expect(other.accept(listener)).toBeDefined();
  });

  it('that was never booted has nothing but the trap', () => {
    const host = new Lan().host('host', moduleOf('lan'), { address: '10.73.0.3' }).core;
    const fresh = dumpOf(host, 9);
    fresh.fill(0, 168);
    const opened = openDump(fresh);
    expect(opened).toMatchObject({ connections: [], deadlines: [], counters: {}, trap: { call: 'receive' } });
    expect(opened.board.identity).toBeUndefined();
    expect(dumpText(opened)).toContain('not booted');
  });
});
