import { Lan, type CoreHost, type LanOptions, type RawHost } from '../../lan/index.js';
import type { Trace } from '../../trace/index.js';
import type { Played } from './played.js';

/** Plays one act. */
type Act = (module: WebAssembly.Module, seed: number) => Played;

const PORT = 80;

interface Stage {
  lan: Lan;
  client: CoreHost;
  server: CoreHost;
}

/** Two cores that know each other already, so that ARP does not stand between the reader and the handshake. */
function stage(module: WebAssembly.Module, options: LanOptions): Stage {
  const lan = new Lan({ ...options, latencyMs: LATENCY_MS, trace: true });
  const client = lan.host('client', module, { address: '10.0.0.1' });
  const server = lan.host('server', module, { address: '10.0.0.2' });
  // A refused connect leaves nothing behind but the neighbours' MACs.
  client.close(client.connect(server, 9, 1_000));
  lan.for(WARM_UP_MS);
  client.close(client.connect(server, 9, 1_000));
  lan.for(WARM_UP_MS);
  return { lan, client, server };
}

const LATENCY_MS = 0.1;
const WARM_UP_MS = 50;

/** What a LAN has recorded since a time, which becomes its beginning. */
function traceSince(lan: Lan, beginMs: number): Trace {
  if (lan.trace === undefined) throw new Error('a LAN with a trace has one');
  const records = lan.trace.records
    .filter(({ at }) => at >= beginMs)
    .map((record) => {
      const moved = { ...record, at: record.at - beginMs };
      if (moved.kind === 'frame' && moved.arrivesAt !== undefined) moved.arrivesAt -= beginMs;
      return moved;
    });
  return { ...lan.trace, records };
}

function plain(module: WebAssembly.Module, seed: number): Played {
  const { lan, client, server } = stage(module, { seed });
  const begin = lan.nowMs;
  const listener = server.listen(PORT);
  const handle = client.connect(server, PORT, 10_000);
  lan.for(100);
  server.accept(listener);
  lan.for(10);
  const isOpen = client.state(handle) === 'ESTABLISHED';
  return {
    title: 'a plain handshake',
    conclusion: `three packets, and each side knows that the other knows its number${isOpen ? '' : ' (it failed)'}.`,
    trace: traceSince(lan, begin),
  };
}

function synLost(module: WebAssembly.Module, seed: number): Played {
  const { lan, client, server } = stage(module, { seed });
  const begin = lan.nowMs;
  server.listen(PORT);
  lan.lose({ flags: 'SYN', nth: 1 });
  const handle = client.connect(server, PORT, 10_000);
  lan.for(1_500);
  return {
    title: 'the first packet lost',
    conclusion: `the client sends its SYN again after 1 s (then 2, 4, … s until its caller's deadline): ${client.state(handle)}.`,
    trace: traceSince(lan, begin),
  };
}

function synAckLost(module: WebAssembly.Module, seed: number): Played {
  const { lan, client, server } = stage(module, { seed });
  const begin = lan.nowMs;
  server.listen(PORT);
  lan.lose({ flags: 'SYN,ACK', nth: 1 });
  const handle = client.connect(server, PORT, 10_000);
  lan.for(1_500);
  return {
    title: 'the second packet lost',
    conclusion: `whichever timer is due first repairs it, the client's or the server's: ${client.state(handle)}.`,
    trace: traceSince(lan, begin),
  };
}

function ackLost(module: WebAssembly.Module, seed: number): Played {
  const { lan, client, server } = stage(module, { seed });
  const begin = lan.nowMs;
  const listener = server.listen(PORT);
  lan.lose({ flags: 'ACK', nth: 1 });
  client.connect(server, PORT, 10_000);
  lan.for(500);
  const early = server.accept(listener);
  lan.for(1_000);
  const late = server.accept(listener);
  const told = early === undefined && late !== undefined;
  return {
    title: 'the third packet lost',
    conclusion: `the client believes in it; the server's app hears of it only when an ACK is there${told ? '' : ' (it did not)'}.`,
    trace: traceSince(lan, begin),
  };
}

/** A client that has forgotten an attempt, whose SYN was held up on the way. */
function staleSyn(module: WebAssembly.Module, seed: number): Played {
  const lan = new Lan({ seed, latencyMs: LATENCY_MS, trace: true });
  const client: RawHost = lan.raw('client', { address: '10.0.0.1' });
  const server = lan.host('server', module, { address: '10.0.0.2' });
  const listener = server.listen(PORT);
  lan.for(WARM_UP_MS);
  const begin = lan.nowMs;
  lan.note('a SYN of an attempt that the client has long given up arrives');
  client.segment(server, { sourcePort: 50_000, destinationPort: PORT, sequence: 90, flags: 'SYN', mss: 1460 });
  client.onFrame = ({ frame }) => {
    if (frame.kind !== 'tcp' || !frame.flags.has('SYN')) return;
    // RFC 9293 §3.10.7.1: nothing here; the sequence number is what it acknowledges.
    const { sourcePort, acknowledgment } = frame;
    client.segment(server, { sourcePort: 50_000, destinationPort: sourcePort, sequence: acknowledgment, flags: 'RST' });
  };
  lan.for(100);
  const isGhost = server.accept(listener) !== undefined;
  return {
    title: 'a stale SYN',
    conclusion: isGhost
      ? 'it became a connection: it must not.'
      : 'no third packet, no connection: that is why there are three. It has cost 32 bytes until the RST came.',
    trace: traceSince(lan, begin),
  };
}

const FLOOD = 40;

function flood(module: WebAssembly.Module, seed: number): Played {
  const lan = new Lan({ seed, latencyMs: LATENCY_MS, trace: true });
  const stranger = lan.raw('stranger', { address: '10.0.0.9', promiscuous: true });
  const server = lan.host('server', module, { address: '10.0.0.2' });
  const client = lan.host('client', module, { address: '10.0.0.1' });
  const listener = server.listen(PORT);
  stranger.onFrame = () => undefined;
  lan.for(WARM_UP_MS);
  const begin = lan.nowMs;
  for (let index = 0; index < FLOOD; index++) {
    const as = { address: `10.0.0.${100 + index}` };
    const sequence = lan.random.u32();
    stranger.segment(
      server,
      { sourcePort: 1024 + index, destinationPort: PORT, sequence, flags: 'SYN', mss: 1460 },
      as,
    );
  }
  lan.for(20);
  const handle = client.connect(server, PORT, 10_000);
  lan.for(100);
  const accepted = server.accept(listener);
  const { cookiesSent, cookiesAccepted } = server.core.statistics().counters;
  const isIn = accepted !== undefined && client.state(handle) === 'ESTABLISHED';
  return {
    title: `a flood of ${FLOOD} SYNs, and then an honest client`,
    conclusion: `all ${FLOOD} are answered, ${cookiesSent} of them by a cookie that costs nothing; the honest client ${
      isIn ? 'is in at its first try' : 'is not in'
    }${cookiesAccepted > 0 ? ', by its cookie' : ''}.`,
    trace: traceSince(lan, begin),
  };
}

export const ACTS: readonly Act[] = [plain, synLost, synAckLost, ackLost, staleSyn, flood];
