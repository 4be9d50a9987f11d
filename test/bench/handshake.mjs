/**
 * `npm run bench`: what a passive handshake costs (SYN, SYN-ACK, ACK, and the RST that ends it), with no other
 * connection, with 15 and with 1,000, in this engine. A median of many rounds: machines are noisy.
 */
import { Core, pendingOf } from '../../build/host/core/index.js';
import { loadModule } from '../../build/host/core/file.js';
import { segmentFrame } from '../../build/host/lan/frames.js';

const PORT = 80;
const SELF = { mac: '02:00:00:00:00:02', address: '10.0.0.2' };
const PEER = { mac: '02:00:00:00:00:01', address: '10.0.0.1' };
const ROUNDS = 300;
const HANDSHAKES = 200;

/** @param {WebAssembly.Module} module */
function bootedCore(module) {
  const core = new Core(module);
  core.boot({ ...SELF, prefixLength: 24, key: new Uint8Array(16).fill(7) }, 0);
  core.drain(0);
  return core;
}

/**
 * @param {number} sourcePort
 * @param {string} flags
 * @param {number} sequence
 * @param {number} [acknowledgment]
 */
function segment(sourcePort, flags, sequence, acknowledgment = 0) {
  const mss = flags === 'SYN' ? { mss: 1460 } : {};
  return segmentFrame(PEER, SELF, { sourcePort, destinationPort: PORT, sequence, acknowledgment, flags, ...mss });
}

/**
 * The frames of a handshake with this port, as the core will want them: its sequence numbers hang on time and key
 * alone, so one core tells what the next will say.
 *
 * @param {WebAssembly.Module} module
 * @param {number} port
 */
function script(module, port) {
  const core = bootedCore(module);
  core.listen(PORT, 1);
  const syn = segment(port, 'SYN', 1000);
  core.receive(syn, 0);
  const [answer] = core.drain(0);
  if (answer === undefined) throw new Error('a SYN is answered');
  const iss = new DataView(answer.buffer).getUint32(38);
  return [syn, segment(port, 'ACK', 1001, iss + 1), segment(port, 'RST', 1001)];
}

/**
 * @param {WebAssembly.Module} module
 * @param {number} others connections that are open meanwhile
 */
function measure(module, others) {
  const core = bootedCore(module);
  const listener = core.listen(PORT, 1024);
  for (let index = 0; index < others; index++) {
    const [syn, ack] = script(module, 2000 + index);
    for (const frame of [syn, ack]) {
      if (frame !== undefined) core.receive(frame, 0);
      core.drain(0);
    }
    core.accept(listener);
  }
  const frames = script(module, 60_000);
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    const started = process.hrtime.bigint();
    for (let count = 0; count < HANDSHAKES; count++) {
      for (const frame of frames) {
        const pending = core.receiveRaw(frame, 0);
        if ((pendingOf(pending) & 1) !== 0) core.transmit(0);
      }
    }
    times.push(Number(process.hrtime.bigint() - started) / HANDSHAKES);
  }
  const { established, establishedResets } = core.statistics().counters;
  if (established !== others + ROUNDS * HANDSHAKES || establishedResets !== ROUNDS * HANDSHAKES) {
    throw new Error(`not every handshake came about: ${established}, ${establishedResets}`);
  }
  times.sort((a, b) => a - b);
  return times[times.length >> 1] ?? NaN;
}

const module = await loadModule(new URL('../../build/gateway.wasm', import.meta.url));
measure(module, 0); // warms the engine up
for (const others of [0, 15, 1000]) {
  console.log(`passive handshake with ${String(others).padStart(4)} others: ${measure(module, others).toFixed(0)} ns`);
}
