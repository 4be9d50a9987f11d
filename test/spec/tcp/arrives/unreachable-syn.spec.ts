// First: the map of memory is to be seen before what it maps.
import {
  bootCore,
  dropOf,
  introduces,
  PEER_PORT,
  PORT,
  REMOTE,
  routerRefuses,
  sends,
  sentFlags,
  sentSequence,
  SYN,
} from '../../support/peer';
import { connection } from '../../support/established';
import { expireAll } from '../../../../assembly/core/deadline';
import { Errno } from '../../../../assembly/errno';
import { State } from '../../../../assembly/pool/connection';
import { insert, withdraw } from '../../../../assembly/pool/lists/tuple-index';
import { Drop } from '../../../../assembly/statistics';
import { connect } from '../../../../assembly/tcp/calls/connect';
import { failure, state } from '../../../../assembly/tcp/calls/status';

/** ICMP errors about our SYN: RFC 9293 §3.9.2.2; RFC 5927 §4.1. A connection that is established: unreachable.spec.ts. */

/** Codes of Destination Unreachable. RFC 792; RFC 1812 §5.2.7.1. */
const NET: u32 = 0;
const HOST: u32 = 1;
const NO_PROTOCOL: u32 = 2;
const NO_PORT: u32 = 3;
const SOURCE_ROUTE: u32 = 5;
const PROHIBITED: u32 = 13;

let handle: i32 = 0;
let iss: u32 = 0;

/** SYN-SENT, for 10 s. The router quotes a segment from PORT, so the connection is moved there. */
function synSent(): void {
  bootCore(9);
  introduces(0);
  handle = connect(REMOTE, PEER_PORT, 10000, 0);
  sends(0);
  assert(sentFlags == SYN);
  iss = sentSequence;
  const key = (connection().key & 0x0000ffffffffffff) | ((<u64>bswap<u16>(<u16>PORT)) << 48);
  withdraw(connection().address);
  insert(connection().address, key);
}

/** A router says this of our segment with this number: why was it dropped? */
function drops(code: u32, sequence: u32): i32 {
  return dropOf(routerRefuses(code, sequence, 0, 10));
}

/** Why the attempt fails in the end, and that it does so after exactly 10 s. */
function endsBy(): i32 {
  expireAll(9999);
  sends(9999);
  expect<i32>(state(handle)).toBe(State.SYN_SENT);
  expireAll(10000);
  expect<i32>(state(handle)).toBe(State.CLOSED);
  return failure(handle);
}

describe('SYN-SENT', () => {
  beforeEach(synSent);

  it('is refused at once by a hard error: no such port or protocol', () => {
    expect<i32>(drops(NO_PORT, iss)).toBe(0);
    expect<i32>(state(handle)).toBe(State.CLOSED);
    expect<i32>(failure(handle)).toBe(Errno.ECONNREFUSED);
    expect<u32>(sends(10)).toBe(0);
    synSent();
    expect<i32>(drops(NO_PROTOCOL, iss)).toBe(0);
    expect<i32>(failure(handle)).toBe(Errno.ECONNREFUSED);
  });

  it('goes on after a soft one (MUST-56), which is told when it has failed', () => {
    const soft: u32[] = [NET, HOST, SOURCE_ROUTE, PROHIBITED];
    for (let index = 0; index < soft.length; index += 1) {
      synSent();
      expect<i32>(drops(soft[index], iss)).toBe(0);
      expect<i32>(endsBy()).toBe(Errno.EHOSTUNREACH);
    }
  });

  it('ends by ETIMEDOUT where no router has said anything', () => {
    expect<i32>(endsBy()).toBe(Errno.ETIMEDOUT);
  });

  it('believes nothing that quotes another number than that of its SYN', () => {
    expect<i32>(drops(NO_PORT, iss + 1)).toBe(Drop.ICMP_IGNORED);
    expect<i32>(drops(NO_PORT, iss - 1)).toBe(Drop.ICMP_IGNORED);
    expect<i32>(drops(HOST, iss + 1)).toBe(Drop.ICMP_IGNORED);
    expect<i32>(endsBy()).toBe(Errno.ETIMEDOUT);
  });
});

describe('CLOSED', () => {
  it('has nothing to believe', () => {
    bootCore(9);
    introduces(0);
    expect<i32>(drops(NO_PORT, 1)).toBe(Drop.ICMP_IGNORED);
  });
});
