import { Lan, type CoreHost } from '../../host/lan/index.js';
import { CLIENT, MODULE, PORT, SERVER } from '../simulation/world.js';
import { Record } from './checker/record.js';
import type { Step } from './checker/step.js';

/** Runs of the core on the simulated LAN, as the checker follows them. A seed gives the same run again. */

interface Run {
  lan: Lan;
  client: CoreHost;
  server: CoreHost;
  steps: Step[];
}

export function world(seed: number, loss = 0): Run {
  const faults = { loss, duplication: loss, reordering: 2 * loss, delayMs: 4000, corruption: loss / 4 };
  const lan = new Lan({ seed, faults });
  const record = new Record(lan);
  const client = lan.host('client', MODULE, { address: CLIENT });
  const server = lan.host('server', MODULE, { address: SERVER });
  record.watch(client);
  record.watch(server);
  return { lan, client, server, steps: record.steps };
}

/** A run in which everything that can go wrong does, by chance: faults, reboots, aborts, closed ports, replays. */
export function stormy(seed: number): Step[] {
  const { lan, client, server, steps } = world(seed, 0.1);
  const { random } = lan;
  const network = lan.raw('network', { address: '10.73.0.99' });
  const old: Uint8Array[] = [];
  const send = lan.send.bind(lan);
  lan.send = (from, frame): void => {
    if (from !== network) old.push(frame.slice());
    send(from, frame);
  };
  for (let round = 0; round < 40; round++) {
    const host = random.chance(0.7) ? client : server;
    const other = host === client ? server : client;
    const handles = [...host.handles];
    const handle = handles[random.below(Math.max(1, handles.length))];
    const act = random.below(8);
    if (act < 3) attempt(() => host.connect(other, PORT));
    else if (act === 3) attempt(() => host.listen(PORT));
    else if (act === 4 && random.chance(0.3)) host.reboot(random.bytes(16));
    else if (handle !== undefined && act === 5)
      attempt(() => (random.chance(0.5) ? host.abort(handle) : host.close(handle)));
    else if (handle !== undefined) attempt(() => host.send(handle, random.bytes(1 + random.below(600))));
    const replayed = old[random.below(Math.max(1, old.length))];
    if (replayed !== undefined && random.chance(0.5)) lan.send(network, replayed);
    for (const one of [client, server]) for (const listener of [...one.handles]) attempt(() => one.accept(listener));
    lan.for(random.below(3000));
  }
  return steps;
}

/** A core among segments that come near to what it expects: of other numbers, other flags, at other times. */
export function strange(seed: number): Step[] {
  const lan = new Lan({ seed });
  const record = new Record(lan);
  const core = lan.host('core', MODULE, { address: SERVER });
  const peer = lan.raw('peer', { address: CLIENT });
  record.watch(core);
  const { random } = lan;
  const pick = <T>(from: readonly [T, ...T[]]): T => from[random.below(from.length)] ?? from[0];
  const listener = core.listen(PORT, 2);
  core.connect(peer, PORT);
  lan.for(10);
  const mine = random.below(2 ** 32);
  for (let round = 0; round < 60; round++) {
    // What it has said last, to either of its connections, is what comes near is near to.
    const said = peer.segments.at(-1 - random.below(3)) ?? peer.segments.at(-1);
    const near = pick([0, 0, 0, 1, -1, 5, 5000]);
    const acknowledged = pick([0, 1, 1, 1, 2, -7]);
    peer.segment(core, {
      sourcePort: said?.destinationPort ?? 4000,
      destinationPort: said?.sourcePort ?? PORT,
      sequence: ((said !== undefined && random.chance(0.5) ? said.acknowledgment : mine) + near) >>> 0,
      acknowledgment: ((said?.sequence ?? 0) + acknowledged) >>> 0,
      flags: pick(['SYN', 'SYN', 'ACK', 'ACK', 'SYN,ACK', 'SYN,ACK', 'RST', 'RST,ACK', '']),
    });
    if (random.chance(0.2))
      peer.segment(core, { sourcePort: 4000, destinationPort: PORT, sequence: mine, flags: 'SYN' });
    if (random.chance(0.1)) attempt(() => core.connect(peer, PORT));
    if (random.chance(0.1)) attempt(() => core.accept(listener));
    if (random.chance(0.05)) core.reboot(random.bytes(16));
    if (random.chance(0.1)) attempt(() => core.listen(PORT, 2));
    lan.for(random.below(700));
  }
  return record.steps;
}

function attempt(action: () => unknown): void {
  try {
    action();
  } catch {
    // EBADF, EADDRINUSE, EPIPE: an app may ask for what there is not.
  }
}

/** A handshake, a line of data, and a reboot of the server that the client learns of by its next line. */
export function plain(): Step[] {
  const { lan, client, server, steps } = world(1);
  const listener = server.listen(PORT);
  const handle = client.connect(server, PORT);
  lan.for(100);
  server.accept(listener);
  client.send(handle, new Uint8Array(10));
  lan.for(1000);
  server.reboot(lan.random.bytes(16));
  server.listen(PORT);
  client.send(handle, new Uint8Array(10));
  lan.for(5000);
  client.connect(server, PORT);
  lan.for(1000);
  return steps;
}
