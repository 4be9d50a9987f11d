import { decode, type TcpFrame } from '../../host/trace/decode.js';
import { loadModule } from '../../host/core/file.js';
import { arpFrame, Lan, type CoreHost, type LanOptions, type RawHost } from '../../host/lan/index.js';

/** What the scenarios share: modules, and a LAN with the hosts that most of them need. */

export type Profile = 'tiny' | 'lan' | 'gateway' | 'debug';

const modules = new Map<Profile, Promise<WebAssembly.Module>>();

/** A built module, compiled once. */
export function moduleOf(profile: Profile): Promise<WebAssembly.Module> {
  let module = modules.get(profile);
  if (module === undefined) {
    module = loadModule(new URL(`../../build/${profile}.wasm`, import.meta.url));
    modules.set(profile, module);
  }
  return module;
}

/** The one with assertions: a scenario that breaks one traps. */
export const MODULE = await moduleOf('debug');

export const CLIENT = '10.73.0.2';
export const SERVER = '10.73.0.3';
export const PEER = '10.73.0.9';
export const PORT = 7;
/** The pools of the `lan` profile, which the debug build has too. */
export const LAN_POOLS = { connections: 6, halfOpen: 16, timeWait: 64, listeners: 4, neighbours: 16 };
export const TIME_WAIT_MS = 60_000;
/** TIME-WAIT is kept in units of 64 ms, rounded up. */
export const TIME_WAIT_SLACK_MS = 64;

export interface World {
  lan: Lan;
  client: CoreHost;
  server: CoreHost;
}

/** A LAN with a client and a server, both cores, that know each other's MAC: what is lost then is TCP's. */
export function world(options: LanOptions = {}, module = MODULE): World {
  const lan = new Lan({ trace: true, ...options });
  const client = lan.host('client', module, { address: CLIENT });
  const server = lan.host('server', module, { address: SERVER });
  return { lan, client, server };
}

export interface RawWorld {
  lan: Lan;
  host: CoreHost;
  peer: RawHost;
}

/** A LAN with a core and a peer that is played by hand. */
export function rawWorld(options: LanOptions = {}, module = MODULE): RawWorld {
  const lan = new Lan({ trace: true, ...options });
  const host = lan.host('host', module, { address: SERVER });
  const peer = lan.raw('peer', { address: PEER });
  return { lan, host, peer };
}

/** The peer asks for the host by ARP, as whoever connects does first: the host knows its MAC from then on. */
export function introduce({ lan, host, peer }: RawWorld): void {
  peer.send(arpFrame({ operation: 'request', sender: peer, target: { address: host.address } }));
  exchange(lan);
  peer.received.length = 0;
}

/** Lets both sides send what they have to, without any timer of a second or more. */
export function exchange(lan: Lan): void {
  lan.for(20);
}

/** An established connection between two cores. */
export function established({ lan, client, server }: World): { listener: number; c: number; s: number } {
  const listener = server.listen(PORT);
  const c = client.connect(server, PORT);
  exchange(lan);
  const s = server.accept(listener);
  if (s === undefined) throw new Error('nothing to accept');
  return { listener, c, s };
}

/** A connection of a peer that is played by hand, which has opened it. Sequence numbers are those to send next. */
export interface RawConnection {
  handle: number;
  sourcePort: number;
  destinationPort: number;
  /** The peer's next, and what it has to acknowledge. */
  sequence: number;
  acknowledgment: number;
}

/** The peer opens a connection to a listener and the host's app accepts it. */
export function openedByPeer(
  { lan, host, peer }: RawWorld,
  listener: number,
  sourcePort = 4000,
  sequence = 100,
): RawConnection {
  const destinationPort = host.localPort(listener);
  peer.segment(host, { sourcePort, destinationPort, sequence, flags: 'SYN', mss: 1460 });
  exchange(lan);
  const acknowledgment = next(peer.lastSegment.sequence);
  peer.segment(host, { sourcePort, destinationPort, sequence: next(sequence), acknowledgment, flags: 'ACK' });
  exchange(lan);
  const handle = host.accept(listener);
  if (handle === undefined) throw new Error('nothing to accept');
  return { handle, sourcePort, destinationPort, sequence: next(sequence), acknowledgment };
}

/** The sequence number behind a SYN or FIN. */
export function next(sequence: number, count = 1): number {
  return (sequence + count) >>> 0;
}

/** A segment, from the core's side of a frame, as the RFC's figures write it, numbers relative to the given ISNs. */
export interface Line {
  atMs: number;
  from: string;
  flags: string;
  seq: number;
  ack: number;
  lost: boolean;
}

/** Every segment of the trace; sequence numbers are relative to the sender's first SYN of the 4-tuple. */
export function segmentsOf(lan: Lan): Line[] {
  const first = new Map<string, number>();
  return framesOf(lan).map(({ frame, record }) => {
    const own = `${frame.ip.source}:${frame.sourcePort}>${frame.ip.destination}:${frame.destinationPort}`;
    const other = `${frame.ip.destination}:${frame.destinationPort}>${frame.ip.source}:${frame.sourcePort}`;
    if (frame.flags.has('SYN') && !first.has(own)) first.set(own, frame.sequence);
    return {
      atMs: record.at,
      from: record.from,
      flags: [...frame.flags].sort().join(','),
      seq: (frame.sequence - (first.get(own) ?? 0)) >>> 0,
      ack: frame.flags.has('ACK') ? (frame.acknowledgment - (first.get(other) ?? 0)) >>> 0 : 0,
      lost: record.lost !== undefined,
    };
  });
}

/** "client SYN 0", "server ACK,SYN 0 1": the segments as short lines. */
export function linesOf(lan: Lan): string[] {
  return segmentsOf(lan).map(
    ({ from, flags, seq, ack, lost }) =>
      `${from} ${flags} ${seq}${flags.includes('ACK') ? ` ${ack}` : ''}${lost ? ' lost' : ''}`,
  );
}

/** When a host sent segments with exactly these flags. */
export function timesOf(lan: Lan, from: string, flags: string): number[] {
  return segmentsOf(lan)
    .filter((line) => line.from === from && line.flags === flags)
    .map((line) => line.atMs);
}

export function framesOf(lan: Lan): { frame: TcpFrame; record: { at: number; from: string; lost?: string } }[] {
  return (lan.trace?.records ?? []).flatMap((record) => {
    if (record.kind !== 'frame') return [];
    const frame = decode(record.bytes);
    return frame.kind === 'tcp' ? [{ frame, record }] : [];
  });
}

/** When a host asked by ARP for somebody but itself. */
export function arpRequestTimes(lan: Lan, from: string): number[] {
  return (lan.trace?.records ?? []).flatMap((record) => {
    if (record.kind !== 'frame' || record.from !== from) return [];
    const frame = decode(record.bytes);
    const asks = frame.kind === 'arp' && frame.operation === 'request' && frame.senderAddress !== frame.targetAddress;
    return asks ? [record.at] : [];
  });
}

/** The states that a host's connections went through, in order, listeners left out. */
export function statesOf(lan: Lan, host: string): string[] {
  return (lan.trace?.records ?? []).flatMap((record) =>
    record.kind === 'state' && record.host === host && record.state !== 'LISTEN' ? [record.state] : [],
  );
}

/** How many entries of each pool are used, neighbours apart: those are remembered. */
export function used(host: CoreHost): Record<'connections' | 'halfOpen' | 'timeWait' | 'listeners', number> {
  const pools = host.core.pools();
  return {
    connections: pools.CONNECTIONS.used,
    halfOpen: pools.HALF_OPEN.used,
    timeWait: pools.TIME_WAIT.used,
    listeners: pools.LISTENERS.used,
  };
}
