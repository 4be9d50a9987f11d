import type { RunObserver } from '../invariants/invariant.js';
import type { SimulatedHost } from '../world/host.js';
import type { Talk } from '../world/talk.js';

/** A number that two runs share only if all hosts sent the same frames at the same times and apps were told the same: FNV-1a. */
export class TraceHash implements RunObserver {
  private value = 0x811c9dc5;

  get text(): string {
    return (this.value >>> 0).toString(16).padStart(8, '0');
  }

  sent(host: SimulatedHost, frame: Uint8Array): void {
    this.add(host.index);
    this.add(Math.floor(host.world.timeMs * 1000));
    let value = this.value;
    for (const byte of frame) value = Math.imul(value ^ byte, 0x01000193);
    this.value = value;
  }

  read(talk: Talk, bytes: Uint8Array): void {
    this.add(talk.handle);
    this.add(bytes.length);
  }

  ended(talk: Talk, kind: 'CLOSED' | 'FAILED'): void {
    this.add(talk.handle);
    this.add(kind.length);
  }

  private add(number: number): void {
    this.value = Math.imul(this.value ^ number, 0x01000193);
  }
}
