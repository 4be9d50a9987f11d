import { formatAddress } from '../../core/index.js';
import { segmentFrame } from '../../lan/index.js';
import type { Act, Meet, Reboot, Replay, Strangers, Touch } from '../plan/acts.js';
import { noteOf } from '../plan/words.js';
import type { SimulatedHost } from './host.js';
import type { World } from './world.js';

/** Lets an act of the plan happen, at its time. */
export function perform(world: World, act: Act): void {
  world.note(noteOf(act), 'host' in act ? act.host : undefined);
  switch (act.kind) {
    case 'weather':
      during(world, world.network.weathers, act);
      return;
    case 'cut':
      during(world, world.network.cuts, act);
      return;
    case 'narrow':
      during(world, world.network.narrows, act);
      return;
    case 'replay':
      replay(world, act);
      return;
    default: {
      const host = world.hostAt(act.host);
      // A host without power has no apps.
      if (host.isOn) performAt(world, host, act);
    }
  }
}

type HostAct = Extract<Act, { host: number }>;

function performAt(world: World, host: SimulatedHost, act: HostAct): void {
  switch (act.kind) {
    case 'listen':
      host.apps.listen(act.port, act.backlog, act.acceptAfterMs, act.manners);
      return;
    case 'connect':
      host.apps.connect(formatAddress(host.address - host.index + act.to), act.port, act.timeoutMs, act.manners);
      return;
    case 'meet':
      meet(world, host, act);
      return;
    case 'touch':
      touch(host, act);
      return;
    case 'abandon':
      for (const talk of host.apps.talks.values()) talk.isAbandoned = true;
      return;
    case 'reboot':
      reboot(world, host, act);
      return;
    case 'strangers':
      strangers(world, host, act);
      return;
  }
}

/** Adds something to a list for as long as it lasts. */
function during<T extends { forMs: number }>(world: World, list: T[], one: T): void {
  list.push(one);
  world.at(world.timeMs + one.forMs, () => {
    const at = list.indexOf(one);
    if (at >= 0) list.splice(at, 1);
  });
}

function replay(world: World, { pick, count, everyMs, onlyControl }: Replay): void {
  for (let nth = 0; nth < count; nth++) {
    world.at(world.timeMs + nth * everyMs, () => {
      if (world.phase === 'storm') world.network.replay(pick, nth, onlyControl);
    });
  }
}

function meet(world: World, host: SimulatedHost, { to, lateMs, manners }: Meet): void {
  const other = world.hostAt(to);
  if (!other.isOn) return;
  const port = host.apps.nextPort(other.station.address);
  const otherPort = other.apps.nextPort(host.station.address);
  if (port === undefined || otherPort === undefined) return;
  host.apps.connect(other.station.address, otherPort, 0, manners);
  world.at(world.timeMs + lateMs, () => {
    if (other.isOn) other.apps.connect(host.station.address, port, 0, manners);
  });
}

function touch({ apps }: SimulatedHost, { pick, how }: Touch): void {
  if (how === 'unlisten') {
    const listener = picked([...apps.listeners.keys()], pick);
    if (listener !== undefined) apps.unlisten(listener);
    return;
  }
  const talk = picked([...apps.talks.values()], pick);
  if (talk === undefined) return;
  if (how === 'read') {
    if (talk.isConnected) apps.readNow(talk);
  } else if (how === 'shutdown') {
    apps.shutdown(talk);
  } else {
    apps.release(talk, how);
  }
}

function picked<T>(values: readonly T[], pick: number): T | undefined {
  return values[Math.floor(pick * values.length)];
}

function reboot(world: World, host: SimulatedHost, { offMs, keepsKey, key, startTime }: Reboot): void {
  host.powerOff();
  world.watch.poweredOff(host);
  world.at(world.timeMs + offMs, () => {
    host.powerOn(keepsKey ? undefined : Uint8Array.from(key), keepsKey ? undefined : startTime);
  });
}

/** Each has another address and port: the last byte of the address is above every host's. */
function strangers(world: World, host: SimulatedHost, { port, count }: Strangers): void {
  for (let nth = 0; nth < count; nth++) {
    const last = 100 + ((host.sentCount + nth) % 100);
    const from = { mac: `02:00:0a:49:00:${last.toString(16)}`, address: `10.73.0.${last}` };
    const frame = segmentFrame(
      from,
      { mac: host.mac, address: host.station.address },
      {
        sourcePort: 1024 + nth,
        destinationPort: port,
        sequence: (nth * 0x9e3779b1) >>> 0,
        flags: 'SYN',
        mss: 1460,
      },
    );
    world.network.inject(host, frame);
  }
}
