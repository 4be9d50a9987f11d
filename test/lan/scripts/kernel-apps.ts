/** The apps that are linked into the module, as curl and nc find them: `kernel-apps.ts CAPTURE`. Prints an AppsReport. */

import { content, MEGABYTE, Nc } from '../helpers/nc.js';
import { timed } from '../helpers/pace.js';
import { CORE, output, Stage, until } from '../helpers/stage.js';

const stage = await Stage.open({ module: 'lan-apps', isPatient: true });
const PAGE = `http://${CORE}/`;
const JSON_PAGE = `http://${CORE}/status.json`;

const curl = (...args: string[]): Promise<string> => output('curl', '-sS', '--max-time', '10', ...args);
/** What curl says of a request, its body left out. */
const about = (format: string, ...args: string[]): Promise<string> => curl('-o', '/dev/null', '-w', format, ...args);
const status = (...args: string[]): Promise<string> => about('%{http_code}', ...args);

/** What comes back for bytes that curl would not send. */
async function raw(request: string): Promise<string> {
  return output('sh', '-c', `printf '${request}' | nc -N -w 5 ${CORE} 80`);
}

async function echo() {
  const sent = content(MEGABYTE);
  const nc = Nc.start(['-N', CORE, '7'], sent);
  const { result, pace } = await timed(MEGABYTE, nc.ended());
  return { isWhole: result.digest === sent.digest, received: result.received, code: result.code, pace };
}

async function discard() {
  const nc = Nc.start(['-N', CORE, '9'], content(MEGABYTE));
  const { code, received } = await nc.ended();
  return { code, received };
}

const head = await curl('--head', PAGE);
const page = await curl(PAGE);
const json = await curl(JSON_PAGE);
const twice = await about('%{http_code} %{num_connects}\n', PAGE, '-o', '/dev/null', JSON_PAGE);
const refused = {
  notFound: await status(`${PAGE}nothing-here`),
  notAllowed: await status('-X', 'DELETE', PAGE),
  posted: await status('-d', 'a=1', PAGE),
  noHost: await raw('GET / HTTP/1.1\\r\\n\\r\\n'),
  nonsense: await raw('nonsense\\r\\n\\r\\n'),
};
const begun = performance.now();
const crowd = await Promise.all(Array.from({ length: 10 }, () => status(PAGE)));
const crowdMs = performance.now() - begun;
const echoed = await echo();
const discarded = await discard();
await until('every connection to be given back', () => stage.core.pools().CONNECTIONS.used === 0);
const report = { head, page, json, twice, refused, crowd, crowdMs, echo: echoed, discard: discarded };
export type AppsReport = typeof report;
await stage.close(process.argv[2]);
console.log(JSON.stringify(report));
