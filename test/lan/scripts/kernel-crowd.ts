/** Many kernel connections at once to a core of few: `kernel-crowd.ts CAPTURE`. Prints a CrowdReport. */

import net from 'node:net';

import { ip } from '../../../host/tap/index.js';
import { FLAG } from '../helpers/packets.js';
import { CORE, Stage, until } from '../helpers/stage.js';

const CROWD = 50;
const PORT = 7;

const stage = await Stage.open();
const { core } = stage;
const listener = stage.listen(PORT, 4);
let accepted = 0;
stage.onEvent = ({ handle, kinds }) => {
  if (handle !== listener || !kinds.includes('ACCEPTABLE')) return;
  for (let one = core.accept(listener); one !== undefined; one = core.accept(listener)) {
    accepted++;
    core.close(one, stage.bridge.now());
  }
  stage.bridge.pump();
};

/** A client that says that it is done, and waits for the other's end. */
async function client(): Promise<string> {
  const socket = net.connect({ port: PORT, host: CORE });
  socket.resume();
  return await new Promise((resolve) => {
    let connected = false;
    socket.on('connect', () => {
      connected = true;
      socket.end();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.on('close', () => resolve(connected ? 'closed in order' : 'closed'));
  });
}

// Whom there is no room for gets no answer and sends again, each time after twice as long, beginning with this.
await ip('route replace 10.73.0.0/24 dev lan0 src 10.73.0.1 rto_min 10ms');
const begun = performance.now();
const ends = await Promise.all(Array.from({ length: CROWD }, client));
const tookMs = performance.now() - begun;
await until('every connection to be given back', () => core.pools().CONNECTIONS.used === 0);
const { counters, pools, drops } = core.statistics();
const report = {
  crowd: CROWD,
  ends: Object.fromEntries([...new Set(ends)].map((end) => [end, ends.filter((one) => one === end).length])),
  accepted,
  tookMs,
  resets: stage.segments(PORT).filter(({ flags }) => (flags & FLAG.rst) !== 0).length,
  pools,
  cookiesSent: counters.cookiesSent,
  cookiesAccepted: counters.cookiesAccepted,
  noRoom: drops.NO_ROOM,
};
export type CrowdReport = typeof report;
await stage.close(process.argv[2]);
console.log(JSON.stringify(report));
