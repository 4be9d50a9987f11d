/** What a host of the lab looks like at one moment: what its pools hold, and when it runs next. */
import { formatAddress, type Core } from '../../core/index.js';
import { PoolName, State } from '../../core/layout.js';
import { CoreMemory, type TupleFields } from '../../simulation/world/memory.js';

export type StateName = string;

/** One of a host's connections, in whatever pool it is. */
export interface ConnectionView {
  state: StateName;
  localPort: number;
  /** Absent: a listener. */
  remote?: { address: string; port: number };
  /** SND.UNA, SND.NXT and RCV.NXT, where the host has them. RFC 9293 §3.3.1. */
  numbers?: { sendUnacknowledged: number; sendNext: number; receiveNext: number };
  retransmissions: number;
}

export interface PoolView {
  used: number;
  size: number;
}

export interface HostPicture {
  name: string;
  /** A toy is no core, but what one rule of TCP would be without another. */
  isToy: boolean;
  connections: ConnectionView[];
  pools: { halfOpen: PoolView; connections: PoolView; timeWait: PoolView };
  /** When its one timer fires, in ms of the run; absent: it is not armed. */
  timerMs?: number;
}

const STATE_NAMES = Object.keys(State)
  .filter((name) => !/^\d/.test(name))
  .map((name) => name.replaceAll('_', '-'));

/** Takes pictures of a core, from its boot on. */
export class Camera {
  private readonly memory: CoreMemory;

  constructor(core: Core) {
    this.memory = new CoreMemory(core);
    this.memory.map();
  }

  picture(name: string, timerMs: number | undefined): HostPicture {
    return {
      name,
      isToy: false,
      connections: this.connections(),
      pools: {
        halfOpen: this.pool(PoolName.HALF_OPEN),
        connections: this.pool(PoolName.CONNECTIONS),
        timeWait: this.pool(PoolName.TIME_WAIT),
      },
      ...(timerMs === undefined ? {} : { timerMs }),
    };
  }

  private pool(name: PoolName): PoolView {
    return { used: this.memory.used(name), size: this.memory.capacity(name) };
  }

  private connections(): ConnectionView[] {
    const { connections, halfOpen, timeWait, listeners } = this.memory.picture();
    return [
      ...listeners.map(({ localPort }) => ({ state: 'LISTEN', localPort, retransmissions: 0 })),
      ...halfOpen.map((entry) => ({
        ...tupleOf(entry),
        state: 'SYN-RECEIVED',
        numbers: {
          sendUnacknowledged: entry.initialSendSequence,
          sendNext: (entry.initialSendSequence + 1) >>> 0,
          receiveNext: (entry.initialReceiveSequence + 1) >>> 0,
        },
        retransmissions: entry.retransmissions,
      })),
      ...connections.map((entry) => ({
        ...tupleOf(entry),
        state: STATE_NAMES[entry.state] ?? 'CLOSED',
        numbers: {
          sendUnacknowledged: entry.sendUnacknowledged,
          sendNext: entry.sendNext,
          receiveNext: entry.receiveNext,
        },
        retransmissions: entry.retransmissions,
      })),
      ...timeWait.map((entry) => ({ ...tupleOf(entry), state: 'TIME-WAIT', retransmissions: 0 })),
    ];
  }
}

function tupleOf({ localPort, remoteAddress, remotePort }: TupleFields): Pick<ConnectionView, 'localPort' | 'remote'> {
  return { localPort, remote: { address: formatAddress(remoteAddress), port: remotePort } };
}
