/** A firmware of several tasks with calls that wait, boards/linux/blocking.c: `tasks.ts CAPTURE FIRMWARE`. Prints a TasksReport. */

import { once } from 'node:events';
import net from 'node:net';
import { content, MEGABYTE, Nc } from '../../lan/helpers/nc.js';
import { BOARD, BoardStage, KERNEL, told } from '../helpers/board.js';

const PORT = 4007;

const { capture, firmware } = told();
const kernel = net.createServer({ allowHalfOpen: true }, (socket) => socket.on('error', () => {}).pipe(socket));
kernel.listen(PORT, '0.0.0.0').unref();
await once(kernel, 'listening');
const stage = await BoardStage.open(firmware, { gateway: KERNEL });

const sent = content(MEGABYTE);
const [first, , second] = await Promise.all([
  Nc.start(['-N', BOARD, `${PORT}`], sent).ended(),
  stage.logged(/^tasks: end/),
  // It waits in the listener's queue, behind the first.
  Nc.start(['-N', BOARD, `${PORT}`], sent).ended(),
]);
await stage.logged(/^tasks: waiting in the loop/);
const report = {
  bytes: MEGABYTE,
  areWhole: [first, second].map(({ digest }) => digest === sent.digest),
  log: stage.lines(),
  exitCode: stage.exitCode ?? null,
};
export type TasksReport = typeof report;
await stage.close(capture);
console.log(JSON.stringify(report));
process.exit(0);
