/**
 * What a frame costs on this machine. Not a test, since it depends on the machine:
 * `unshare --net node --import ./test/lan/helpers/typescript.mjs test/lan/scripts/cost.ts tap|veth`.
 */

import { execFile, execFileSync } from 'node:child_process';
import { setImmediate as turn } from 'node:timers/promises';
import { promisify } from 'node:util';

import { ip, openLan } from '../../../host/tap/index.js';
import { arpReply, arpTarget, CORE_MAC, echoReply, isEchoRequest } from '../helpers/packets.js';

const ANSWERING = '10.73.0.2';
const SILENT = '10.73.0.3';
const BURST = 400;

const only = process.argv[2] === 'veth' ? 'veth' : 'tap';
const { interface: link } = await openLan({ kernelAddress: '10.73.0.1/24', only });
let arrived = 0;
let answering = false;
link.receive((frame) => {
  arrived++;
  if (arpTarget(frame) === ANSWERING) link.send(arpReply(frame));
  else if (answering && isEchoRequest(frame)) link.send(echoReply(frame));
});
const mac = [...CORE_MAC].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
await ip(`neighbour replace ${SILENT} lladdr ${mac} dev lan0`);

/** Of an EtherType that nobody takes, so that it is not the kernel's IP stack that is measured. */
function sendingNs(lengthBytes: number): number {
  const frame = new Uint8Array(lengthBytes);
  frame.set([2, 0x46, 0x53, 0, 0, 1, ...CORE_MAC, 0x88, 0xb5]);
  const count = 200_000;
  const began = process.hrtime.bigint();
  for (let i = 0; i < count; i++) link.send(frame);
  return Number(process.hrtime.bigint() - began) / count;
}

/** A burst that the kernel queues while this thread waits for `ping` to end, and that is then read. */
async function receivingNs(lengthBytes: number): Promise<number> {
  let ns = 0;
  let frames = 0;
  for (let round = 0; round < 20; round++) {
    arrived = 0;
    const size = String(lengthBytes - 42);
    try {
      execFileSync('ping', ['-q', '-c', String(BURST), '-l', String(BURST), '-W', '0.01', '-s', size, SILENT], {
        stdio: 'ignore',
      });
    } catch {
      // nobody answers
    }
    const began = process.hrtime.bigint();
    let latest = began;
    for (let quiet = 0; quiet < 3; quiet++) {
      const before = arrived;
      await turn();
      if (arrived > before) [quiet, latest] = [0, process.hrtime.bigint()];
    }
    ns += Number(latest - began);
    frames += arrived;
  }
  if (frames < 10 * BURST) throw new Error(`only ${frames} frames came in`);
  return ns / frames;
}

async function roundTrip(...args: string[]): Promise<string | undefined> {
  answering = true;
  const { stdout } = await promisify(execFile)('ping', ['-q', ...args, ANSWERING]);
  answering = false;
  return /rtt min\/avg\/max\/mdev = .*/.exec(stdout)?.[0];
}

const whole = (ns: number): string => `${Math.round(ns)} ns`;
console.log(link.kind, 'out, 60 bytes', whole(sendingNs(60)), '1514 bytes', whole(sendingNs(1514)));
console.log(link.kind, 'in, 60 bytes', whole(await receivingNs(60)), '1514 bytes', whole(await receivingNs(1514)));
console.log(link.kind, 'ping, one every 10 ms:', await roundTrip('-c', '300', '-i', '0.01'));
console.log(link.kind, 'ping, each on the answer to the last:', await roundTrip('-c', '20000', '-f'));
await link.close();
