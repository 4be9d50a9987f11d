/**
 * What a segment costs in V8, in ns, the copies of frames in and out included. The app's data stays in the rings: 1,460 bytes received, 1,460 bytes sent, 32 bytes echoed; with the ACKs that belong to
 * each. A run of two cores is recorded once; then one of them lives through the same again and again, and only it is
 * timed: the core is a function of its inputs.
 */
import { loadModule } from '../../build/host/core/file.js';
import { Core } from '../../build/host/core/index.js';

const ROUNDS = 300;
const SEGMENTS = 200;
const KEY = new Uint8Array(16).fill(7);
const FIRST = { mac: '02:00:00:00:00:01', address: '10.0.0.1', prefixLength: 24, key: KEY };
const SECOND = { mac: '02:00:00:00:00:02', address: '10.0.0.2', prefixLength: 24, key: KEY };

/** @typedef {(core: Core) => unknown} Input */

/**
 * A core whose every input is written down as something to do again.
 *
 * @param {WebAssembly.Module} module
 * @param {typeof FIRST} identity
 */
function recorded(module, identity) {
  const core = new Core(module);
  /** @type {Input[]} */
  const inputs = [];
  /**
   * @template T
   * @param {(core: Core) => T} input
   */
  const act = (input) => {
    inputs.push(input);
    return input(core);
  };
  act((one) => one.boot(identity, 0));
  return { core, inputs, act };
}

/** @typedef {ReturnType<typeof recorded>} Recorded */

/**
 * Lets two cores talk until both are quiet.
 *
 * @param {Recorded} a
 * @param {Recorded} b
 */
function settle(a, b) {
  for (let isBusy = true; isBusy;) {
    isBusy = false;
    for (const { from, to } of [
      { from: a, to: b },
      { from: b, to: a },
    ]) {
      for (let frame = from.core.transmit(0); frame !== null; frame = from.core.transmit(0)) {
        const copy = frame.slice();
        from.inputs.push((core) => core.transmit(0));
        to.act((core) => core.receiveRaw(copy, 0));
        isBusy = true;
      }
      from.inputs.push((core) => core.transmit(0));
    }
  }
}

/**
 * Records a connection of two cores, and what `work` does on it; gives the inputs of the first from then on.
 *
 * @param {WebAssembly.Module} module
 * @param {(a: Recorded, left: number, b: Recorded, right: number) => void} work
 */
function record(module, work) {
  const a = recorded(module, FIRST);
  const b = recorded(module, SECOND);
  settle(a, b);
  const listener = b.core.listen(7, 1);
  const left = a.core.connect(SECOND.address, 7, 0, 0);
  settle(a, b);
  const right = b.core.accept(listener) ?? 0;
  const before = a.core.snapshot();
  a.inputs.length = 0;
  for (let count = 0; count < SEGMENTS; count++) work(a, left, b, right);
  return { core: a.core, before, inputs: a.inputs };
}

/**
 * @param {string} name
 * @param {ReturnType<typeof record>} recording
 */
function measure(name, { core, before, inputs }) {
  /** @type {number[]} */
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    core.restore(before);
    const begun = performance.now();
    for (const input of inputs) input(core);
    times.push(performance.now() - begun);
  }
  const median = times.sort((one, other) => one - other)[ROUNDS >> 1] ?? 0;
  console.log(`${name}: ${Math.round((median * 1e6) / SEGMENTS)} ns`);
}

/**
 * An app that reads where the data lies, and says so. A ring is one region or two.
 *
 * @param {Core} core
 * @param {number} handle
 * @param {number} length
 */
function taken({ exports }, handle, length) {
  const first = Math.min(length, exports.received(handle));
  exports.consume(handle, first);
  if (exports.consume(handle, length - first) < 0) throw new Error('less has come than was sent');
}

/**
 * An app that has written into the ring, and says so.
 *
 * @param {Core} core
 * @param {number} handle
 * @param {number} length
 */
function given({ exports }, handle, length) {
  const first = Math.min(length, exports.send_space(handle));
  exports.send(handle, first);
  if (first < length && exports.send(handle, length - first) < 0) throw new Error('there is no room');
}

const module = await loadModule(new URL('../../build/lan.wasm', import.meta.url));
const full = new Uint8Array(1460).fill(7);
const small = new Uint8Array(32).fill(7);

measure(
  'receive 1,460 bytes',
  record(module, (a, left, b, right) => {
    b.act((core) => core.send(right, full));
    settle(a, b);
    a.act((core) => taken(core, left, 1460));
    settle(a, b);
  }),
);
measure(
  'send 1,460 bytes',
  record(module, (a, left, b, right) => {
    a.act((core) => given(core, left, 1460));
    settle(a, b);
    b.act((core) => core.read(right));
    settle(a, b);
  }),
);
measure(
  'echo 32 bytes',
  record(module, (a, left, b, right) => {
    b.act((core) => core.send(right, small));
    settle(a, b);
    a.act((core) => taken(core, left, 32));
    a.act((core) => given(core, left, 32));
    settle(a, b);
    b.act((core) => core.read(right));
    settle(a, b);
  }),
);
