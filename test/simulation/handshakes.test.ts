import { expect, test } from 'vitest';
import { Lan, type CoreHost } from '../../host/lan/index.js';
import { decode } from '../../host/trace/decode.js';
import { moduleOf, PORT, TIME_WAIT_MS, used } from './world.js';

/**
 * Many handshakes over a bad network. Every round is a LAN of its own, from its own seed: connect over 30 % loss with
 * duplicates and reordering, then close in a random way. A failure names its seed, which is enough to see it again.
 */
const FAULTS = { loss: 0.3, duplication: 0.1, reordering: 0.3, delayMs: 3000 };
const CONNECT_TIMEOUT_MS = 60_000;
/** All that can be left to happen: a FIN that is never answered takes 123 s, then comes TIME-WAIT. */
const AFTERWARDS_MS = 400_000;

interface Isns {
  initialSend: number;
  initialReceive: number;
}

/** What the last ACK of each side's frames says of both initial sequence numbers, before anybody has closed. */
class IsnObserver {
  /** By host: its SYN's number, and the number that it acknowledges. */
  readonly seen = new Map<string, Isns>();

  look(from: string, bytes: Uint8Array): void {
    const frame = decode(bytes);
    if (frame.kind !== 'tcp' || frame.flags.has('RST') || frame.flags.has('FIN')) return;
    if (!frame.flags.has('ACK')) return;
    const initialSend = (frame.flags.has('SYN') ? frame.sequence : frame.sequence - 1) >>> 0;
    this.seen.set(from, { initialSend, initialReceive: (frame.acknowledgment - 1) >>> 0 });
  }
}

type Outcome = 'both' | 'neither';

function handshake(seed: number, module: WebAssembly.Module): Outcome {
  // Half of the runs cross the wrap of the clock.
  const startTime = seed % 2 === 0 ? 0xffffffff - (seed % 20_000) : seed * 7919;
  const lan = new Lan({ seed, startTime, faults: FAULTS });
  const client = lan.host('client', module, { address: '10.73.0.2' });
  const server = lan.host('server', module, { address: '10.73.0.3' });
  const observer = new IsnObserver();
  const send = lan.send.bind(lan);
  lan.send = (from, frame): void => {
    observer.look(from.name, frame);
    send(from, frame);
  };
  const listener = server.listen(PORT, 4);
  const c = client.connect(server, PORT, CONNECT_TIMEOUT_MS);
  lan.until(() => client.state(c) === 'ESTABLISHED' || client.state(c) === 'CLOSED', CONNECT_TIMEOUT_MS + 1);
  const s = settleServer(lan, client, c, server, listener);

  let outcome: Outcome = 'neither';
  if (client.state(c) === 'ESTABLISHED' && s !== undefined) {
    outcome = 'both';
    const [a, b] = [observer.seen.get('client'), observer.seen.get('server')];
    expect(a, `seed ${seed}`).toEqual({ initialSend: b?.initialReceive, initialReceive: b?.initialSend });
  } else {
    // The server believes in nothing that the client does not; the client may learn it from its own FIN.
    expect(s, `seed ${seed}: only the server believes`).toBeUndefined();
  }
  end(lan, client, c, server, s);
  lan.for(AFTERWARDS_MS);
  // Whoever came late is accepted late, and closed.
  for (let late = server.accept(listener); late !== undefined; late = server.accept(listener)) server.abort(late);
  server.close(listener);
  lan.for(AFTERWARDS_MS);
  for (const host of [client, server]) {
    expect(used(host), `seed ${seed}: pools of the ${host.name}`).toEqual({
      connections: 0,
      halfOpen: 0,
      timeWait: 0,
      listeners: 0,
    });
    expect(host.core.nextDeadline(lan.now), `seed ${seed}: deadline of the ${host.name}`).toBe(-1);
  }
  return outcome;
}

/**
 * The client's last ACK may be lost: then the server sends its SYN-ACK again until it gives up. Gives what the server's
 * app has accepted when that is decided.
 */
function settleServer(lan: Lan, client: CoreHost, c: number, server: CoreHost, listener: number): number | undefined {
  let s = server.accept(listener);
  const isDecided = (): boolean => {
    s ??= server.accept(listener);
    return s !== undefined || used(server).halfOpen === 0;
  };
  if (client.state(c) === 'ESTABLISHED') lan.until(isDecided, 40_000);
  return s;
}

/** Closes in one of the ways there are. */
function end(lan: Lan, client: CoreHost, c: number, server: CoreHost, s: number | undefined): void {
  const way = lan.random.below(4);
  if (way === 0 && client.state(c) !== 'CLOSED') client.abort(c);
  else client.close(c);
  if (s === undefined) return;
  if (way === 1) lan.for(lan.random.below(5000));
  if (way === 2) server.abort(s);
  else server.close(s);
}

const ROUNDS = { lan: 9_000, debug: 1_000 } as const;

test.for(['lan', 'debug'] as const)(
  '10,000 handshakes over a bad network end with both sides agreeing or both failing, and leave nothing (%s)',
  { timeout: 120_000 },
  async (profile) => {
    const module = await moduleOf(profile);
    const rounds = ROUNDS[profile];
    const outcomes: Record<Outcome, number> = { both: 0, neither: 0 };
    const started = performance.now();
    for (let seed = 1; seed <= rounds; seed++) outcomes[handshake(seed, module)]++;
    const seconds = (performance.now() - started) / 1000;
    console.log(
      `${profile}: ${rounds} handshakes in ${seconds.toFixed(1)} s (${Math.round(rounds / seconds)}/s): ` +
        `${outcomes.both} connected, ${outcomes.neither} did not`,
    );
    // A bad network is one over which most still connect within a minute.
    expect(outcomes.both).toBeGreaterThan(rounds * 0.9);
    expect(TIME_WAIT_MS).toBeLessThan(AFTERWARDS_MS);
  },
);
