/** Many requests on many connections: `kernel-wrk.ts CAPTURE`. Prints a WrkReport. */

import { CORE, output, Stage, until } from '../helpers/stage.js';

const CONNECTIONS = 50;
const SECONDS = 3;

// As many frames as tshark reads in a second or two.
const stage = await Stage.open({ module: 'gateway-apps', keep: 20_000 });
const wrk = (path: string): Promise<string> =>
  output('wrk', '-t', '2', '-c', `${CONNECTIONS}`, '-d', `${SECONDS}s`, '--latency', `http://${CORE}${path}`);

const page = await wrk('/');
const json = await wrk('/status.json');
await until('every connection to be given back', () => stage.core.pools().CONNECTIONS.used === 0);
const { counters, pools } = stage.core.statistics();
const report = { connections: CONNECTIONS, page, json, counters, pools };
export type WrkReport = typeof report;
await stage.close(process.argv[2]);
console.log(JSON.stringify(report));
