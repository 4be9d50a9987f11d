// First: the map of memory is to be seen before what it maps.
import { byteAt, forges, sends, sentAcknowledgment, sentFlags, sentWindow } from '../../support/peer';
import { establishedFrom, handle, peerNext } from '../../support/established';
import { arrived, comes, pieces } from '../../support/pieces';
import { HOLES } from '../../../../assembly/pool/connection';
import { RX_RING } from '../../../../assembly/profile';
import { consume, received, receivedAt } from '../../../../assembly/tcp/calls/receive';

/**
 * Random segments against a plain model: a map of bytes, each missing or with what came first. The model knows nothing
 * of pieces, rings or 16 bits; only that at most HOLES runs of bytes beyond a hole stay.
 */

const STREAM: u32 = 1 << 18;
const MISSING: u8 = 0xff;
/** By the offset of each byte in the stream; no byte that is said is MISSING, forged or not. */
const bytes: StaticArray<u8> = new StaticArray<u8>(STREAM);
/** RCV.NXT and the right edge that was told, as offsets. */
let next: u32 = 0;
let edge: u32 = 0;
let read: u32 = 0;
let random: u32 = 0;

/** Below `limit`. Numerical Recipes' generator, the high bits of it. */
function below(limit: u32): u32 {
  random = random * 1664525 + 1013904223;
  return <u32>((<u64>random * limit) >> 32);
}

function said(offset: u32, isForged: bool): u8 {
  const byte = byteAt(peerNext + offset) & 0x3f;
  return isForged ? byte | 0x80 : byte;
}

/** What the model does with a segment. By Table 6 one that is longer than the window on both sides is not acceptable. */
function take(offset: i32, length: u32, isForged: bool): void {
  if (offset < <i32>next && offset + <i32>length > <i32>edge) return;
  for (let index: u32 = 0; index < length; index += 1) {
    const at = offset + <i32>index;
    if (at < <i32>next || at >= <i32>edge) continue;
    if (bytes[at] == MISSING) bytes[at] = said(at, isForged);
  }
  while (bytes[next] != MISSING) next += 1;
  forget();
}

/** Runs of bytes beyond the first hole, as `pieces` says them; those beyond the HOLES first are forgotten. */
function forget(): string {
  let all = '';
  let runs: u32 = 0;
  let start: u32 = 0;
  for (let at = next; at <= edge; at += 1) {
    const isThere = bytes[at] != MISSING;
    if (isThere && (at == next || bytes[at - 1] == MISSING)) {
      start = at;
      runs += 1;
    }
    if (isThere && runs > HOLES) bytes[at] = MISSING;
    if (!isThere && start != 0 && runs <= HOLES) {
      if (all.length != 0) all += ' ';
      all += start.toString() + '-' + at.toString();
      start = 0;
    }
  }
  return all;
}

/** The app reads some of what there is: false where a byte is not the model's. */
function readsSome(): bool {
  const length = min<u32>(received(handle), below(2000));
  const at = receivedAt(handle);
  for (let index: u32 = 0; index < length; index += 1) {
    if ((load<u8>(at + index) & 0xbf) != bytes[read + index]) return false;
  }
  read += length;
  return consume(handle, length) == <i32>length;
}

/** What the core says of its window moves the model's edge: never to the left. */
function hears(): bool {
  sends(0);
  if (sentFlags == 0) return true;
  if (sentAcknowledgment - peerNext != next) return false;
  const told = next + sentWindow;
  if (told < edge || told > read + RX_RING) return false;
  edge = told;
  return true;
}

/** So many random segments, from this initial sequence number: what went wrong at first, or nothing. */
function differs(seed: u32, irs: u32, segments: u32): string {
  random = seed;
  establishedFrom(irs, 1460);
  memory.fill(changetype<usize>(bytes), MISSING, STREAM);
  next = 0;
  read = 0;
  edge = RX_RING;
  for (let step: u32 = 0; step < segments && next < STREAM - 3 * RX_RING; step += 1) {
    const isForged = below(3) == 0;
    const length = 1 + below(below(4) == 0 ? 1460 : 300);
    const kind = below(8);
    // In order, around RCV.NXT, at the edge, or anywhere in the window.
    let offset = <i32>next;
    if (kind > 1) offset += below(<u32>max<i32>(edge - next, 1));
    if (kind == 1) offset += <i32>below(400) - 300;
    if (kind == 2) offset = <i32>edge - <i32>below(500);
    if (isForged) forges();
    comes(offset, length);
    take(offset, length, isForged);
    const where = `seed ${seed.toString()}, step ${step.toString()}: `;
    if (arrived() != next) return `${where}${arrived().toString()} arrived, not ${next.toString()}`;
    if (pieces() != forget()) return `${where}${pieces()}, not ${forget()}`;
    if (below(3) == 0 && !readsSome()) return where + 'a byte is wrong';
    if (!hears()) return where + 'what is told is wrong';
  }
  return '';
}

describe('random segments leave what a map of bytes would hold', () => {
  it('from any number', () => {
    for (let seed: u32 = 1; seed <= 12; seed += 1) expect<string>(differs(seed, seed * 0x9e3779b1, 400)).toBe('');
  });

  it('across 2^32', () => {
    for (let seed: u32 = 101; seed <= 108; seed += 1) expect<string>(differs(seed, 0 - seed * 10, 300)).toBe('');
  });

  it('across 2^16, again and again', () => {
    expect<string>(differs(201, 0xff00, 3000)).toBe('');
    // It has gone round both rings, and round 16 bits.
    expect<u32>(next).toBeGreaterThan(70000);
  });
});
