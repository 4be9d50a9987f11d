import { Core, type Identity } from '../../core/index.js';
import { CoreHost, Lan, Random, type RawHost, type Wire } from '../../lan/index.js';
import { Recorder } from '../recorder.js';
import { App } from './app.js';
import { answer } from './stranger.js';

/** Ours is the first address; the host that is recorded has it. */
export const HERE = { address: '10.73.0.1', mac: '02:00:0a:49:00:01' };
/** The stranger says that it is the router. */
export const GATEWAY = '10.73.0.254';
/** Nobody is there. */
export const NOBODY = '10.73.0.77';
/** Beyond the router. */
export const FAR = '192.0.2.1';
export const PORT = 2000;
/** The clock wraps after so many ms. */
const WRAPS_AFTER_MS = 5_000;
/**
 * Most frames within one act: then the socket lets none through until the next. Two ends that somebody has told different
 * numbers answer each other's ACKs for ever (RFC 9293 §3.10.7.4): that is not worth more pages.
 */
const STORM_FRAMES = 1_500;
/** How many frames are remembered for whoever sends them again. */
const REMEMBERED = 64;

/** Frames as they were, the last ones. */
class Memory {
  private readonly frames: Uint8Array[] = [];

  add(frame: Uint8Array): void {
    this.frames.push(frame.slice());
    if (this.frames.length > REMEMBERED) this.frames.shift();
  }

  any(random: Random): Uint8Array | undefined {
    return this.frames[random.below(this.frames.length)];
  }
}

/**
 * A LAN with one host that is recorded, two that are cores too, and a stranger who is played by hand. The host that is
 * recorded hangs on a socket in the wall: whatever passes there is counted, and more can be put in.
 */
export class World {
  readonly lan: Lan;
  readonly random: Random;
  readonly recorder: Recorder;
  readonly here: CoreHost;
  readonly app: App;
  readonly peers: App[];
  readonly stranger: RawHost;
  /** Frames that came to the recorded host, and that it sent. */
  frames = 0;
  readonly came = new Memory();
  readonly went = new Memory();
  private readonly socket: RawHost;
  private calmAt = 0;

  constructor(module: WebAssembly.Module, profile: string, seed: number) {
    this.lan = new Lan({ seed, startTime: 2 ** 32 - WRAPS_AFTER_MS });
    this.random = new Random(~seed);
    this.peers = ['10.73.0.2', '10.73.0.3'].map(
      (address) => new App(this.lan.host(address, module, { address, gateway: GATEWAY }), this.random),
    );
    this.stranger = this.lan.raw('stranger', { address: GATEWAY });
    this.stranger.onFrame = ({ frame }): void => answer(this.stranger, frame, this.random);
    this.socket = this.lan.raw('here', { ...HERE, answersArp: false });
    this.socket.onFrame = ({ bytes }): void => {
      if (!this.isStorm()) this.put(bytes);
    };
    const core = new Core(module);
    this.recorder = new Recorder(core, profile);
    this.beforeBoot(core);
    this.here = new CoreHost(this.wire(), 'here', core, this.identity(), undefined);
    this.app = new App(this.here, this.random);
    for (const app of [this.app, ...this.peers]) app.listen(PORT, 2);
  }

  /** The next act begins. */
  calm(): void {
    this.calmAt = this.frames;
  }

  /** A frame arrives at the recorded host, as if it came from the LAN. */
  put(frame: Uint8Array): void {
    this.frames++;
    this.came.add(frame);
    this.here.arrives(frame);
  }

  /** Everybody who is a core. */
  get apps(): App[] {
    return [this.app, ...this.peers];
  }

  peer(): App {
    return this.peers[this.random.below(this.peers.length)] ?? this.app;
  }

  reboot(app: App): void {
    if (app === this.app) this.recorder.readAll();
    app.forget();
    app.host.reboot(this.random.bytes(16));
    app.listen(PORT, 1 + this.random.below(4));
  }

  private isStorm(): boolean {
    return this.frames - this.calmAt > STORM_FRAMES;
  }

  private wire(): Wire {
    const { lan } = this;
    return {
      get nowMs() {
        return lan.nowMs;
      },
      get now() {
        return lan.now;
      },
      at: (ms, action) => lan.at(ms, action),
      send: (_from, frame) => {
        this.frames++;
        this.went.add(frame);
        if (!this.isStorm()) this.socket.send(frame);
      },
    };
  }

  private identity(): Identity {
    return { ...HERE, prefixLength: 24, gateway: GATEWAY, key: this.random.bytes(16) };
  }

  /** What a host does too early, or wrongly. */
  private beforeBoot(core: Core): void {
    const { exports } = core;
    const { now } = this.lan;
    core.receive(this.random.bytes(60), now);
    exports.listen(PORT, 1);
    exports.connect(1, 1, 0, now);
    exports.transmit(now);
    exports.expire(now);
    exports.next_deadline(now);
    exports.pending();
    exports.next_event();
    // Zeros are no host's address.
    exports.boot(now);
  }
}
