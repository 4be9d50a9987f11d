/** ARP, ping and UDP between the kernel and the core: `kernel-link.ts CAPTURE`. Prints a LinkReport. */

import dgram from 'node:dgram';
import { once } from 'node:events';

import { ip } from '../../../host/tap/index.js';
import { arpTarget } from '../helpers/packets.js';
import { CORE, KERNEL, kernelListen, output, Stage } from '../helpers/stage.js';

const stage = await Stage.open();

function requests(direction: 'in' | 'out', target: string): number {
  return stage.heard.filter((one) => one.direction === direction && arpTarget(one.frame) === target).length;
}

// The core has heard of nobody yet, so it has to ask; the SYN waits for the answer.
const server = await kernelListen(8001);
const handle = stage.connect(8001);
const socket = await server.accepted();
await stage.reaches(handle, 'ESTABLISHED');
const coreAsks = requests('out', KERNEL);
const firstSyn = stage.segments(8001)[0];
const synTries = stage.segments(8001).filter(({ flags, direction }) => direction === 'out' && flags === 2).length;
const connectTookMs = (stage.segments(8001)[1]?.atMs ?? NaN) - (stage.heard[0]?.atMs ?? NaN);
socket.resetAndDestroy();
server.close();

// What the kernel has learned from that it forgets, so it has to ask.
await ip('neighbour flush dev lan0');
const before = requests('in', CORE);
const ping = await output('ping', '-c', '3', '-i', '0.2', '-W', '2', CORE);
const kernelAsks = requests('in', CORE) - before;
const neighbour = await output('ip', 'neighbour', 'show', CORE, 'dev', 'lan0');

const pings = {
  plain: ping,
  long: await output('ping', '-c', '3', '-i', '0.2', '-W', '2', '-s', '1400', CORE),
  full: await output('ping', '-c', '3', '-i', '0.2', '-W', '2', '-s', '1472', '-M', 'do', CORE),
};

/** To a port of the core by UDP, which it does not have. */
async function udp(): Promise<string> {
  const datagrams = dgram.createSocket('udp4');
  datagrams.connect(9, CORE);
  await once(datagrams, 'connect');
  const failed = once(datagrams, 'error') as Promise<[NodeJS.ErrnoException]>;
  datagrams.send('hello');
  const timer = setTimeout(() => datagrams.emit('error', Object.assign(new Error(), { code: 'none' })), 2000);
  const [error] = await failed;
  clearTimeout(timer);
  datagrams.close();
  return error.code ?? error.message;
}

const report = {
  coreAsks,
  synTries,
  synFollows: firstSyn?.flags,
  connectTookMs,
  kernelAsks,
  neighbour,
  pings,
  udp: await udp(),
};
export type LinkReport = typeof report;
await stage.close(process.argv[2]);
console.log(JSON.stringify(report));
