/**
 * `npm run flood`: honest clients during a flood of SYNs from strangers, in virtual time. Every 10 µs a SYN from another
 * address arrives (100,000 a second), and every ms a client begins a connection, asks, is answered, and closes. All
 * of them complete at their first try: nothing is ever sent twice. Fails if one does not.
 *
 *     node test/bench/flood.mjs [connections] [profile]
 */
import { Core, isPending, Pending } from '../../build/host/core/index.js';
import { loadModule } from '../../build/host/core/file.js';
import { arpFrame, Random, segmentFrame } from '../../build/host/lan/index.js';

const PORT = 80;
const SERVER = { mac: '02:00:00:00:00:02', address: '10.0.0.2' };
const CLIENT = { mac: '02:00:00:00:00:01', address: '10.0.0.1' };
/** Strangers come through a router. */
const ROUTER = { mac: '02:00:00:00:00:fe', address: '10.0.0.254' };
const SYNS_PER_MS = 100;
/** How long a frame is under way, in SYNs: half a ms, so that several connections are open at once. */
const LATENCY = 50;
const REQUEST = new Uint8Array(100).map((_, index) => index);

const [connections = 100_000, profile = 'lan'] = [Number(process.argv[2] ?? 100_000), process.argv[3]];

/** A SYN of which address, port and sequence number are changed in place, with its checksums. */
class Stranger {
  frame = segmentFrame(ROUTER, SERVER, { sourcePort: 0, destinationPort: PORT, sequence: 0, flags: 'SYN', mss: 1460 });
  view = new DataView(this.frame.buffer, this.frame.byteOffset);
  random = new Random(1);
  ipSum = this.sumOf(14, 20) - this.sumOf(24, 2) - this.sumOf(26, 4);
  // Over the segment and the pseudo-header, but for what changes.
  tcpSum =
    this.sumOf(30, 4) + 6 + (this.frame.length - 34) + this.sumOf(36, this.frame.length - 36) - this.sumOf(50, 2);

  /** @param {number} at @param {number} length */
  sumOf(at, length) {
    let sum = 0;
    for (let offset = at; offset < at + length; offset += 2) sum += this.view.getUint16(offset);
    return sum;
  }

  next() {
    const { view, random } = this;
    // Anybody: from 11.0.0.0 to 126.255.255.255.
    const address = 0x0b000000 + random.below(0x74000000);
    const port = 1024 + random.below(64_512);
    const sequence = random.u32();
    view.setUint32(26, address);
    view.setUint16(34, port);
    view.setUint32(38, sequence);
    const changed = (address >>> 16) + (address & 0xffff);
    view.setUint16(24, folded(this.ipSum + changed));
    view.setUint16(50, folded(this.tcpSum + changed + port + (sequence >>> 16) + (sequence & 0xffff)));
    return this.frame;
  }
}

/** @param {number} sum */
function folded(sum) {
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return 0xffff - sum;
}

/** @param {WebAssembly.Module} module @param {typeof SERVER} self @param {number} key */
function booted(module, self, key) {
  const core = new Core(module);
  const gateway = self === SERVER ? { gateway: ROUTER.address } : {};
  core.boot({ ...self, ...gateway, prefixLength: 24, key: new Uint8Array(16).fill(key) }, 0);
  core.drain(0);
  return core;
}

class World {
  tick = 0;
  done = 0;
  wrong = 0;
  answered = 0;
  /** @type {number[]} How long each handshake took, in ticks of 10 µs. */
  handshakes = [];
  /** @type {{ at: number, to: Core, frame: Uint8Array }[]} */
  underWay = [];
  /** @type {Map<number, { begun: number, got: number[] }>} */
  asking = new Map();
  stranger = new Stranger();

  /** @param {WebAssembly.Module} serverModule @param {WebAssembly.Module} clientModule */
  constructor(serverModule, clientModule) {
    this.server = booted(serverModule, SERVER, 7);
    this.client = booted(clientModule, CLIENT, 9);
    this.listener = this.server.listen(PORT, 4);
    this.server.receive(arpFrame({ operation: 'request', sender: CLIENT, target: SERVER }), 0);
    for (const frame of this.server.drain(0)) this.client.receive(frame, 0);
    this.server.receive(arpFrame({ operation: 'reply', sender: ROUTER, target: SERVER }), 0);
    this.server.drain(0);
  }

  get now() {
    return Math.floor(this.tick / SYNS_PER_MS);
  }

  /** @param {number} begun whether a connection begins in this tick */
  turn(begun) {
    const { server, client, now } = this;
    if (this.tick % SYNS_PER_MS === 0) {
      for (const core of [server, client]) if (core.nextDeadline(now) === 0) core.expire(now);
      if (begun > 0) this.asking.set(client.connect(SERVER.address, PORT, 0, now), { begun: this.tick, got: [] });
      this.settle(server);
      this.settle(client);
    }
    server.receiveRaw(this.stranger.next(), now);
    this.settle(server);
    while (this.underWay[0] !== undefined && this.underWay[0].at <= this.tick) {
      const arrived = this.underWay.shift();
      arrived?.to.receiveRaw(arrived.frame, now);
      this.settle(server);
      this.settle(client);
    }
    this.tick++;
  }

  /** @param {Core} core does all there is to do, as a board's loop would */
  settle(core) {
    const { now } = this;
    for (let bits = core.pending(); isPending(bits, Pending.FRAME | Pending.EVENT); bits = core.pending()) {
      for (let frame = core.transmit(now); frame !== null; frame = core.transmit(now)) this.carry(core, frame);
      for (const { handle, kinds } of core.events()) {
        if (core === this.server) this.serve(handle);
        else this.ask(handle, kinds);
      }
    }
  }

  /** @param {Core} from @param {Uint8Array} frame what is to the router is to a stranger, who does not exist */
  carry(from, frame) {
    const isToRouter = frame[5] === 0xfe;
    if (isToRouter) this.answered++;
    else if (from === this.server)
      this.underWay.push({ at: this.tick + LATENCY, to: this.client, frame: frame.slice() });
    else this.underWay.push({ at: this.tick + LATENCY, to: this.server, frame: frame.slice() });
  }

  /** @param {number} handle the server sends back what it gets, and closes when the client has */
  serve(handle) {
    const { server, now } = this;
    if (handle === this.listener) {
      for (let next = server.accept(handle); next !== undefined; next = server.accept(handle)) this.serve(next);
      return;
    }
    const bytes = server.read(handle);
    if (bytes.length > 0) server.send(handle, bytes);
    if (['CLOSE-WAIT', 'CLOSED'].includes(server.state(handle))) server.close(handle, now);
  }

  /** @param {number} handle @param {readonly string[]} kinds the client asks, compares the answer and closes */
  ask(handle, kinds) {
    const { client, now } = this;
    const asked = this.asking.get(handle);
    if (asked === undefined) return;
    if (kinds.includes('CONNECTED')) {
      this.handshakes.push(this.tick - asked.begun);
      client.send(handle, REQUEST);
    }
    asked.got.push(...client.read(handle));
    const isOver = kinds.includes('FAILED') || asked.got.length >= REQUEST.length;
    if (!isOver) return;
    if (Buffer.compare(Buffer.from(asked.got), REQUEST) === 0) this.done++;
    else this.wrong++;
    this.asking.delete(handle);
    client.close(handle, now);
  }
}

// The clients are on one core that has room for all of them.
const clients = await loadModule(new URL('../../build/gateway.wasm', import.meta.url));
const under = await loadModule(new URL(`../../build/${profile ?? 'lan'}.wasm`, import.meta.url));
const world = new World(under, clients);
const started = performance.now();
// A second of flood alone, so that the first client finds what the last one does.
while (world.tick < 1000 * SYNS_PER_MS) world.turn(0);
for (let begun = 0; begun < connections;) {
  const begins = world.tick % SYNS_PER_MS === 0 ? 1 : 0;
  world.turn(begins);
  begun += begins;
}
for (let rest = 0; rest < 100 * SYNS_PER_MS; rest++) world.turn(0);

const realS = (performance.now() - started) / 1000;
const { counters, pools } = world.server.statistics();
const atClient = world.client.statistics().counters;
const longest = world.handshakes.reduce((most, ticks) => Math.max(most, ticks), 0) * 10;
const number = (/** @type {number} */ value) => value.toLocaleString('en-US');
const isRight =
  world.done === connections &&
  world.wrong === 0 &&
  atClient.segmentsRetransmitted === 0 &&
  atClient.attemptsFailed === 0 &&
  atClient.establishedResets === 0;
console.log(
  `${profile ?? 'lan'}: ${number(world.tick)} SYNs in ${number(world.tick / SYNS_PER_MS / 1000)} s of virtual time`,
);
console.log(`${number(world.done)} of ${number(connections)} honest connections were served at their first try`);
console.log(
  `${number(atClient.segmentsRetransmitted)} segments of theirs were sent twice, ${atClient.attemptsFailed} refused`,
);
console.log(`the longest handshake took ${number(longest)} µs, where a frame takes ${LATENCY * 10} µs`);
console.log(
  `${number(counters.cookiesAccepted)} of them got in by a cookie; ${number(counters.cookiesSent)} cookies were sent`,
);
console.log(
  `at most ${pools.CONNECTIONS.highWater} connections and ${pools.HALF_OPEN.highWater} half-open entries at once`,
);
console.log(
  `${number(world.answered)} answers to strangers; ${realS.toFixed(1)} s of real time, ${number(Math.round(world.tick / realS))} SYNs/s`,
);
if (!isRight) process.exitCode = 1;
