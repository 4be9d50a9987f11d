import { Lan } from '../../lan/index.js';
import type { Faults } from '../../lan/index.js';
import type { Played } from './played.js';

/** Longer than any handshake lasts: the caller's patience of 20 s, and the server's 31. */
const LONG_MS = 60_000;
const PATIENCE_MS = 20_000;

export interface HandshakeOptions {
  seed: number;
  faults?: Partial<Faults>;
  /** The first segment with exactly these flags is lost. */
  flags?: string;
}

/** One host connects to another on a LAN as bad as was asked for; says how it ended. */
export function handshake(module: WebAssembly.Module, { seed, faults, flags }: HandshakeOptions): Played {
  const lan = new Lan({ seed, latencyMs: 0.1, trace: true, ...(faults === undefined ? {} : { faults }) });
  const client = lan.host('client', module, { address: '10.0.0.1' });
  const server = lan.host('server', module, { address: '10.0.0.2' });
  const listener = server.listen(80);
  if (flags !== undefined) lan.lose({ flags, nth: 1 });
  const handle = client.connect(server, 80, PATIENCE_MS);
  lan.for(LONG_MS);
  const accepted = server.accept(listener);
  const failure = client.failure(handle);
  const ours = failure === undefined ? `the client is ${client.state(handle)}` : `the client has ${failure}`;
  const theirs = accepted === undefined ? 'the server has no connection' : `the server is ${server.state(accepted)}`;
  const trace = lan.trace;
  if (trace === undefined) throw new Error('a LAN with a trace has one');
  const chance = faults?.loss === undefined || faults.loss === 0 ? '' : `, ${faults.loss * 100} % loss`;
  const title = `a handshake${flags === undefined ? '' : `, the first ${flags.replace(',', '-')} lost`}${chance} (seed ${seed})`;
  return { title, conclusion: `${ours}; ${theirs}.`, trace };
}
