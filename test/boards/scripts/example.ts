/** README.md's example: `example.ts CAPTURE FIRMWARE`. Prints an ExampleReport. */

import { content, MEGABYTE, Nc } from '../../lan/helpers/nc.js';
import { kernelConnect } from '../../lan/helpers/stage.js';
import { BOARD, BoardStage, told } from '../helpers/board.js';

const { capture, firmware } = told();
const stage = await BoardStage.open(firmware);

const sent = content(MEGABYTE);
const echoed = () => Nc.start(['-N', BOARD, '7'], sent).ended();
const first = await echoed();
// As many as there are connections are killed: each has to be free again.
for (let i = 0; i < 6; i++) (await kernelConnect(7)).resetAndDestroy();
const outcomes = [first, ...(await Promise.all([echoed(), echoed()]))];

const report = {
  areWhole: outcomes.map(({ digest }) => digest === sent.digest),
  codes: outcomes.map(({ code }) => code),
  log: stage.lines(),
};
export type ExampleReport = typeof report;
await stage.close(capture);
console.log(JSON.stringify(report));
process.exit(0);
