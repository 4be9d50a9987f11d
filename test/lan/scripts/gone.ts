/** The interface is deleted while it is open: `gone.ts tap|veth`. Prints how that was noticed and what it cost. */

import { setTimeout as sleep } from 'node:timers/promises';

import { ip, openLan } from '../../../host/tap/index.js';

export interface GoneReport {
  failure: string | undefined;
  sent: boolean;
  /** Processor time in 300 ms afterwards: an unwatched error would have the loop spin. */
  busyMs: number;
}

const { interface: link } = await openLan({
  kernelAddress: '10.73.0.1/24',
  only: process.argv[2] === 'tap' ? 'tap' : 'veth',
});
let failure: string | undefined;
link.receive(
  () => {},
  (error) => (failure = (error as NodeJS.ErrnoException).code),
);
await ip('link delete dev lan0');
await sleep(100);
let sent: boolean;
try {
  sent = link.send(new Uint8Array(60));
} catch (error) {
  failure ??= (error as NodeJS.ErrnoException).code;
  sent = false;
}
const before = process.cpuUsage();
await sleep(300);
const { user, system } = process.cpuUsage(before);
await link.close();
const report: GoneReport = { failure, sent, busyMs: (user + system) / 1000 };
console.log(JSON.stringify(report));
