import { Core, type Handle, type Snapshot } from '../../host/core/index.js';
import { arpFrame, segmentFrame } from '../../host/lan/index.js';
import { decode, type TcpFrame } from '../../host/trace/decode.js';
import { moduleOf, next, PORT, type Profile } from '../simulation/world.js';

/** A core brought into any state by hand, so that anything can be tried on it again and again. */

export const HOST = { mac: '02:00:0a:49:00:03', address: '10.73.0.3' };
export const PEER = { mac: '02:00:0a:49:00:09', address: '10.73.0.9' };
export const STRANGER = { mac: '02:00:0a:49:00:0a', address: '10.73.0.10' };
const PEERS_FIRST = 1000;

export const STATES = [
  'CLOSED',
  'LISTEN',
  'half-open',
  'SYN-SENT',
  'SYN-RECEIVED',
  'ESTABLISHED',
  'FIN-WAIT-1',
  'FIN-WAIT-2',
  'CLOSE-WAIT',
  'CLOSING',
  'LAST-ACK',
  'TIME-WAIT',
] as const;
export type Stage = (typeof STATES)[number];

export interface Said {
  flags: string;
  sequence: number;
  acknowledgment: number;
  payload?: Uint8Array;
}

export class Staged {
  handle: Handle = 0;
  /** What the core expects next, and what acknowledges all that it has sent. */
  receiveNext = PEERS_FIRST;
  sendNext = 0;
  readonly listener: Handle;
  private readonly toPort: number;
  private readonly fromPort: number;
  private readonly snapshot: Snapshot;

  private constructor(
    readonly core: Core,
    readonly stage: Stage,
  ) {
    core.boot({ ...HOST, prefixLength: 24, key: new Uint8Array(16).fill(9) }, 0);
    core.drain(0);
    this.listener = core.listen(PORT, 4);
    const isActive = stage === 'SYN-SENT' || stage === 'SYN-RECEIVED';
    if (isActive) this.handle = core.connect(PEER.address, PORT, 0, 0);
    this.toPort = isActive ? core.localPort(this.handle) : stage === 'CLOSED' ? PORT + 1 : PORT;
    this.fromPort = isActive ? PORT : 4000;
    if (isActive) this.reachActive();
    else if (stage !== 'CLOSED' && stage !== 'LISTEN') this.reachPassive();
    this.snapshot = core.snapshot();
  }

  static async at(stage: Stage, profile: Profile): Promise<Staged> {
    return new Staged(new Core(await moduleOf(profile)), stage);
  }

  again(): void {
    this.core.restore(this.snapshot);
  }

  /** A segment of the peer arrives: what is sent at once. */
  says({ flags, sequence, acknowledgment, payload = new Uint8Array() }: Said): TcpFrame[] {
    const ports = { sourcePort: this.fromPort, destinationPort: this.toPort };
    this.core.receive(segmentFrame(PEER, HOST, { ...ports, flags, sequence, acknowledgment, payload }), 0);
    return this.core.drain(0).flatMap((bytes) => {
      const frame = decode(bytes);
      return frame.kind === 'tcp' ? [frame] : [];
    });
  }

  /** Where the connection stands now. */
  get reached(): Stage {
    if (this.handle !== 0) {
      const state = this.core.state(this.handle);
      if (state === 'CLOSED' && this.core.pools().HALF_OPEN.used === 1) return 'half-open';
      return state;
    }
    const { CONNECTIONS, HALF_OPEN } = this.core.pools();
    if (HALF_OPEN.used === 1) return 'half-open';
    // Completed by the third packet, and not accepted yet: accept tells.
    if (CONNECTIONS.used === 1) return 'ESTABLISHED';
    return this.stage === 'CLOSED' ? 'CLOSED' : 'LISTEN';
  }

  /** A stranger asks, and is answered by a SYN-ACK. Then the app lets go, and time passes until nothing is due. */
  isServing(): boolean {
    const { core } = this;
    const syn = { sourcePort: 5000, destinationPort: PORT, sequence: 1, flags: 'SYN' };
    core.receive(segmentFrame(STRANGER, HOST, syn), 0);
    const answer = decode(core.drain(0)[0] ?? new Uint8Array());
    return answer.kind === 'tcp' && answer.flags.has('SYN') && answer.ip.destination === STRANGER.address;
  }

  /** The app lets go of all, and time passes until nothing is due: entries that are still used, but for the listener. */
  left(): number {
    const { core, listener } = this;
    if (this.handle !== 0) core.abort(this.handle);
    for (let handle = core.accept(listener); handle !== undefined; handle = core.accept(listener)) core.abort(handle);
    core.drain(0);
    let now = 0;
    for (let wait = core.nextDeadline(now); wait >= 0; wait = core.nextDeadline(now)) {
      now += wait;
      core.expire(now);
      core.drain(now);
    }
    const { CONNECTIONS, HALF_OPEN, TIME_WAIT } = core.pools();
    return CONNECTIONS.used + HALF_OPEN.used + TIME_WAIT.used;
  }

  private reachActive(): void {
    const { core, stage } = this;
    core.drain(0);
    core.receive(arpFrame({ operation: 'reply', sender: PEER, target: HOST }), 0);
    const syn = decode(core.drain(0)[0] ?? new Uint8Array());
    if (syn.kind !== 'tcp') throw new Error('no SYN');
    this.sendNext = next(syn.sequence);
    if (stage === 'SYN-SENT') return;
    this.says({ flags: 'SYN', sequence: this.receiveNext, acknowledgment: 0 });
    this.receiveNext = next(this.receiveNext);
  }

  private reachPassive(): void {
    const { core, stage } = this;
    const [synAck] = this.says({ flags: 'SYN', sequence: this.receiveNext, acknowledgment: 0 });
    if (synAck === undefined) throw new Error('no SYN-ACK');
    this.sendNext = next(synAck.sequence);
    this.receiveNext = next(this.receiveNext);
    if (stage === 'half-open') return;
    this.peer('ACK');
    this.handle = core.accept(this.listener) ?? 0;
    if (stage === 'CLOSE-WAIT' || stage === 'LAST-ACK') this.peer('FIN,ACK');
    if (stage === 'ESTABLISHED' || stage === 'CLOSE-WAIT') return;
    core.shutdown(this.handle);
    core.drain(0);
    // In CLOSING the peer's FIN does not acknowledge ours.
    if (stage === 'CLOSING') this.peer('FIN,ACK');
    this.sendNext = next(this.sendNext);
    if (stage === 'FIN-WAIT-2' || stage === 'TIME-WAIT') this.peer('ACK');
    if (stage === 'TIME-WAIT') this.peer('FIN,ACK');
  }

  private peer(flags: string): void {
    this.says({ flags, sequence: this.receiveNext, acknowledgment: this.sendNext });
    if (flags.includes('FIN')) this.receiveNext = next(this.receiveNext);
  }
}
