/** A board as curl, nc and ping find it: `serves.ts CAPTURE FIRMWARE`. Prints a ServesReport. */

import { content, MEGABYTE, Nc } from '../../lan/helpers/nc.js';
import { output } from '../../lan/helpers/stage.js';
import { BOARD, BoardStage, monotonic, told } from '../helpers/board.js';

const { capture, firmware } = told();
const stage = await BoardStage.open(firmware);

const curl = (...args: string[]): Promise<string> => output('curl', '-sS', '--max-time', '10', ...args);

const head = await curl('--head', `http://${BOARD}/`);
const page = await curl(`http://${BOARD}/`);
const json = await curl(`http://${BOARD}/status.json`);
const ping = await output('ping', '-c', '3', '-i', '0.2', '-s', '1472', '-W', '2', BOARD);
const sent = content(MEGABYTE);
const begun = monotonic();
const echoed = await Nc.start(['-N', BOARD, '7'], sent).ended();
const echo = {
  isWhole: echoed.digest === sent.digest,
  received: echoed.received,
  code: echoed.code,
  pace: { bytes: MEGABYTE, ms: monotonic() - begun },
};

const report = { head, page, json, ping, echo, log: stage.lines(), exitCode: stage.exitCode ?? null };
export type ServesReport = typeof report;
await stage.close(capture);
console.log(JSON.stringify(report));
