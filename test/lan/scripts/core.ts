/** The core itself at the end of a real LAN, the kernel as its peer: `core.ts tap|veth`. Prints a CoreReport. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { Core, portOf } from '../../../host/core/index.js';
import { loadModule } from '../../../host/core/file.js';
import { Bridge, openLan, systemPath, type Direction } from '../../../host/tap/index.js';
import { FLAG, segmentIn } from '../helpers/packets.js';

export interface CoreReport {
  pinged: boolean;
  /** From the connect of the kernel, by the bridge's clock: when each SYN-ACK left, and whether it was lost. */
  synAcks: { atMs: number; lost: boolean }[];
  connected: boolean;
  expirationsWhileConnecting: number;
  expirationsWhileIdle: number;
}

const ADDRESS = '10.73.0.2';
const PORT = 7;

const { interface: link } = await openLan({
  kernelAddress: '10.73.0.1/24',
  only: process.argv[2] === 'tap' ? 'tap' : 'veth',
});
const core = new Core(await loadModule(new URL('../../../build/lan.wasm', import.meta.url)));
const synAcks: CoreReport['synAcks'] = [];
const isSynAck = (frame: Uint8Array): boolean => segmentIn(frame)?.flags === (FLAG.syn | FLAG.ack);
const isSyn = (frame: Uint8Array): boolean => segmentIn(frame)?.flags === FLAG.syn;
let synAcksToLose = 1;
let synsToPass = 1;

/** The first SYN-ACK is lost; the kernel's own second SYN as well, so that only the core's timer can mend it. */
function inject(direction: Direction, frame: Uint8Array): 'pass' | 'drop' {
  if (direction === 'out' && isSynAck(frame)) return synAcksToLose-- > 0 ? 'drop' : 'pass';
  if (direction === 'in' && isSyn(frame)) return synsToPass-- > 0 ? 'pass' : 'drop';
  return 'pass';
}

core.boot(
  { mac: '02:46:53:00:00:02', address: ADDRESS, prefixLength: 24, key: crypto.getRandomValues(new Uint8Array(16)) },
  Math.floor(performance.now()),
);
const bridge = new Bridge(link, portOf(core), {
  inject,
  observe: (_, frame, atMs, lost) => {
    if (isSynAck(frame)) synAcks.push({ atMs, lost });
  },
});
core.listen(PORT, 4);
bridge.pump();

const ping = spawn('ping', ['-c', '1', '-W', '2', ADDRESS], { stdio: 'ignore', env: { PATH: systemPath() } });
const [code] = (await once(ping, 'exit')) as [number | null];

const before = bridge.statistics.expirations;
const socket = net.connect(PORT, ADDRESS);
await once(socket, 'connect');
const expirationsWhileConnecting = bridge.statistics.expirations - before;
const connected = socket.readyState === 'open';
await sleep(500);
const expirationsWhileIdle = bridge.statistics.expirations - before - expirationsWhileConnecting;
socket.destroy();
await bridge.close();

const report: CoreReport = { pinged: code === 0, synAcks, connected, expirationsWhileConnecting, expirationsWhileIdle };
console.log(JSON.stringify(report));
