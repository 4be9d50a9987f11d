// First: the map of memory is to be seen before what it maps.
import {
  ACK,
  arrives,
  bootCore,
  introduces,
  PORT,
  sends,
  sentFlags,
  sentLength,
  sentSequence,
  speaksFrom,
  SYN,
} from '../../support/peer';
import { expireAll } from '../../../../assembly/core/deadline';
import { HALF_OPEN } from '../../../../assembly/profile';
import { statistics } from '../../../../assembly/statistics';
import { accept, listen } from '../../../../assembly/tcp/calls/listen';
import { send } from '../../../../assembly/tcp/calls/send';

/**
 * Who has completed a handshake has had our SYN-ACK at the MAC that it then answered from: it is not asked for that any
 * more, as nobody is believed who has only said something.
 */

let listener: i32 = 0;
let iss: u32 = 0;

function listening(): void {
  bootCore(9);
  listener = listen(PORT, 4);
}

/** Ten bytes are sent to whoever is accepted: in how many frames; the last is the segment. */
function framesFor(): u32 {
  const handle = accept(listener);
  assert(send(handle, 10) == 10);
  return sends(10);
}

describe('the MAC of a peer', () => {
  beforeEach(listening);

  it('is known by its third packet', () => {
    arrives(SYN, 1000, 0, 0, 0);
    sends(0);
    arrives(ACK, 1001, sentSequence + 1, 0, 0);
    expect<u32>(framesFor()).toBe(1);
    expect<u32>(sentFlags & ACK).toBe(ACK);
    expect<u32>(sentLength).toBe(10);
    expect<u32>(statistics().arpRequestsSent).toBe(0);
  });

  it('is known by a cookie that it gives back', () => {
    for (let peer: u32 = 0; peer < HALF_OPEN; peer += 1) {
      speaksFrom(30000 + peer);
      arrives(SYN, 100, 0, 0, 0);
      sends(0);
    }
    speaksFrom(40000);
    arrives(SYN, 1000, 0, 0, 0);
    sends(0);
    iss = sentSequence;
    expect<u32>(statistics().cookiesSent).toBe(1);
    arrives(ACK, 1001, iss + 1, 0, 0);
    expect<u32>(framesFor()).toBe(1);
    expect<u32>(sentLength).toBe(10);
    expect<u32>(statistics().arpRequestsSent).toBe(0);
  });

  it('is not known by a handshake that is not completed: it is asked for before the SYN-ACK goes again', () => {
    arrives(SYN, 1000, 0, 0, 0);
    sends(0);
    // An ACK of anything else proves nothing.
    arrives(ACK, 1001, sentSequence + 2, 0, 0);
    sends(0);
    expireAll(1000);
    expect<u32>(sends(1000)).toBe(1);
    expect<u32>(sentFlags).toBe(0);
    expect<u32>(statistics().arpRequestsSent).toBe(1);
    introduces(1010);
    expect<u32>(sends(1010)).toBe(0);
    expireAll(2000);
    expect<u32>(sends(2000)).toBe(1);
    expect<u32>(sentFlags).toBe(SYN | ACK);
  });
});
