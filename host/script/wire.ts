/** The network of a script: one host with the core, and the other end, which says what the script says. Virtual time. */
import { Core, formatAddress, parseAddress } from '../core/index.js';
import { arpFrame, CoreHost, packetFrame, type Station, type Wire } from '../lan/index.js';
import { EventQueue } from '../lan/queue.js';
import { TraceWatcher } from '../lan/watch.js';
import { decode, TraceRecorder, type TcpFrame } from '../trace/index.js';

export interface Ends {
  local: string;
  remote: string;
}

/** A segment that the core has sent. */
export interface Sent {
  atMs: number;
  frame: TcpFrame;
}

const LOCAL = { id: 'local', mac: '02:00:00:00:00:01' };
const REMOTE = { id: 'remote', mac: '02:00:00:00:00:02' };
const KEY = Uint8Array.from({ length: 16 }, (_, index) => index + 1);
/** The core's clock when the script begins: any will do. */
const START = 1_000_000;

export class ScriptWire implements Wire {
  nowMs = 0;
  readonly recorder: TraceRecorder;
  readonly host: CoreHost;
  /** Segments that no line of the script has asked for yet. */
  readonly sent: Sent[] = [];
  private readonly queue = new EventQueue();

  constructor(
    module: WebAssembly.Module,
    private readonly ends: Ends,
  ) {
    this.recorder = new TraceRecorder([
      { id: LOCAL.id, name: 'core', address: ends.local },
      { id: REMOTE.id, name: 'script', address: ends.remote },
    ]);
    const identity = { mac: LOCAL.mac, address: ends.local, prefixLength: 24, gateway: gatewayOf(ends), key: KEY };
    this.host = new CoreHost(this, LOCAL.id, new Core(module), identity, new TraceWatcher(this, this.recorder));
    this.introduce(parseAddress(ends.local) >>> 8 === parseAddress(ends.remote) >>> 8 ? ends.remote : identity.gateway);
  }

  /** As hosts do that have asked for the core's MAC: then it knows theirs. */
  private introduce(address: string): void {
    const target = { address: this.ends.local };
    this.host.arrives(arpFrame({ operation: 'request', sender: { mac: REMOTE.mac, address }, target }));
  }

  get now(): number {
    return (START + this.nowMs) >>> 0;
  }

  at(ms: number, action: () => void): () => void {
    return this.queue.put(Math.max(ms, this.nowMs), action);
  }

  /** From the core. Whoever asks for the other end's MAC is told; the rest is kept for the script. */
  send(_from: Station, bytes: Uint8Array): void {
    const frame = decode(bytes);
    if (frame.kind === 'arp') {
      const isQuestion = frame.operation === 'request' && frame.targetAddress !== frame.senderAddress;
      if (!isQuestion) return;
      const sender = { mac: REMOTE.mac, address: frame.targetAddress };
      const reply = arpFrame({ operation: 'reply', sender, target: { mac: LOCAL.mac, address: frame.senderAddress } });
      this.at(this.nowMs, () => this.host.arrives(reply));
      return;
    }
    this.recorder.frame(this.nowMs, LOCAL.id, REMOTE.id, bytes);
    if (frame.kind === 'tcp') this.sent.push({ atMs: this.nowMs, frame });
  }

  /** To the core. */
  inject(frame: Uint8Array): void {
    this.recorder.frame(this.nowMs, REMOTE.id, LOCAL.id, frame);
    this.host.arrives(frame);
  }

  /** An IP packet from a host of that address. */
  injectPacket(protocol: number, payload: Uint8Array, from = this.ends.remote): void {
    const remote = { mac: REMOTE.mac, address: from };
    this.inject(packetFrame(remote, { mac: LOCAL.mac, address: this.ends.local }, protocol, payload));
  }

  get remote(): { mac: string; address: string } {
    return { mac: REMOTE.mac, address: this.ends.remote };
  }

  /** When something happens next; undefined: never. */
  get nextAt(): number | undefined {
    return this.queue.nextAt;
  }

  /** Lets everything happen up to a time, until `isEnough`. */
  runTo(ms: number, isEnough: () => boolean = () => false): void {
    for (let next = this.queue.nextAt; next !== undefined && next <= ms; next = this.queue.nextAt) {
      if (isEnough()) return;
      this.nowMs = next;
      this.queue.take()?.();
    }
    if (!isEnough()) this.nowMs = Math.max(this.nowMs, ms);
  }
}

/** A host of our network, which the other end may be beyond. */
function gatewayOf({ local }: Ends): string {
  const address = parseAddress(local);
  return formatAddress(((address & 0xffffff00) | ((address & 255) === 254 ? 253 : 254)) >>> 0);
}
