/**
 * Bulk transfers with nc at the kernel's end: `kernel-transfers.ts CAPTURE [LOSS]`. Prints a TransfersReport.
 *
 * Without loss one after the other; with loss, where time goes by in waiting, two at once.
 */

import { Apps, Echo, LATER, Sink, Source } from '../helpers/apps.js';
import { content, MEGABYTE, Nc, told } from '../helpers/nc.js';
import { timed } from '../helpers/pace.js';
import { CORE, Stage, until } from '../helpers/stage.js';

const [capture, lossText = '0'] = process.argv.slice(2);
const loss = Number(lossText);
const BYTES = 10 * MEGABYTE;
const ECHO_BYTES = loss > 0 ? MEGABYTE : BYTES;
const LIMIT_MS = 200_000;

const stage = await Stage.open({ loss, isPatient: loss === 0 });
const apps = new Apps(stage);

/** The kernel sends; the core reads. */
async function up() {
  const port = 5001;
  const sent = content(BYTES);
  const sink = new Sink(LATER);
  const connected = apps.accept(port, sink);
  const nc = Nc.start(['-N', CORE, `${port}`], sent);
  const running = await connected;
  const { pace } = await timed(
    BYTES,
    until('all that nc sends', () => sink.isComplete || running.hasEnded, LIMIT_MS),
  );
  // nc is still there, since the core has not ended its side: the kernel can be asked.
  const kernel = await told(port);
  if (!running.hasEnded) stage.call((core) => core.shutdown(running.handle));
  const { code } = await nc.ended();
  return { pace, received: sink.bytes, isWhole: sink.digest() === sent.digest, kernel, code, failure: running.failure };
}

/** The core sends; nc writes it to a file. */
async function down() {
  const port = 5002;
  const sent = content(BYTES);
  const source = new Source(sent.bytes);
  source.mayEnd = false;
  const connected = apps.accept(port, source);
  const nc = Nc.start(['-d', CORE, `${port}`]);
  const running = await connected;
  const all = until('all that the core sends', () => source.sent === BYTES || running.hasEnded, LIMIT_MS);
  const { pace } = await timed(BYTES, all);
  const kernel = await told(port);
  source.mayEnd = true;
  apps.wake(running);
  const { code, digest, received } = await nc.ended();
  return { pace, received, isWhole: digest === sent.digest, kernel, code, failure: running.failure };
}

/** Both ways at once, on one connection. */
async function both() {
  const port = 5003;
  const sent = content(ECHO_BYTES);
  void apps.accept(port, new Echo());
  const nc = Nc.start(['-N', CORE, `${port}`], sent);
  const { result, pace } = await timed(ECHO_BYTES, nc.ended());
  return { pace, received: result.received, isWhole: result.digest === sent.digest, code: result.code };
}

const oneWay = loss > 0 ? await Promise.all([up(), down()]) : ([await up(), await down()] as const);
const echo = await both();
await until('every connection to be given back', () => stage.core.pools().CONNECTIONS.used === 0);
const report = {
  bytes: BYTES,
  up: oneWay[0],
  down: oneWay[1],
  both: echo,
  counters: stage.core.statistics().counters,
  lostFrames: stage.bridge.statistics.lostFrames,
  frames: stage.heard.length,
};
export type TransfersReport = typeof report;
await stage.close(capture);
console.log(JSON.stringify(report));
