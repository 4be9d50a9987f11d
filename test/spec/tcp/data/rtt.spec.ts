// First: the map of memory is to be seen before what it maps.
import { bootCore } from '../../support/peer';
import { CONNECTION_POOL } from '../../../../assembly/memory';
import { Connection } from '../../../../assembly/pool/connection';
import { INITIAL_RTO_MS, MAXIMUM_RTO_MS, measured, RTO_AFTER_LOST_SYN_MS } from '../../../../assembly/tcp/data/rtt';

/*
 * RFC 6298 §2, with alpha = 1/8, beta = 1/4, K = 4 and a clock of G = 1 ms:
 *
 *   first R:   SRTT = R, RTTVAR = R/2
 *   then:      RTTVAR = 3/4 RTTVAR + 1/4 |SRTT - R|, then SRTT = 7/8 SRTT + 1/8 R
 *   RTO = SRTT + max(G, 4 RTTVAR)
 *
 * Choices: it is at least 250 ms instead of the second of §2.4, and at most 60 s as §2.5 has it.
 */

function fresh(): Connection {
  bootCore(9);
  return Connection.at(CONNECTION_POOL);
}

/** The timeout after this round trip, besides those before. */
function after(roundTripMs: u32): u32 {
  const connection = Connection.at(CONNECTION_POOL);
  measured(connection, roundTripMs);
  return connection.retransmissionTimeout;
}

describe('the retransmission timeout', () => {
  beforeEach(() => {
    fresh();
  });

  it('is 1 s before anything was measured, 60 s at most, 3 s after a SYN that was lost', () => {
    expect<u32>(INITIAL_RTO_MS).toBe(1000);
    expect<u32>(MAXIMUM_RTO_MS).toBe(60000);
    expect<u32>(RTO_AFTER_LOST_SYN_MS).toBe(3000);
  });

  it('is three times the first round trip', () => {
    // SRTT = 100, RTTVAR = 50: 100 + 4 * 50
    expect<u32>(after(100)).toBe(300);
  });

  it('follows the round trips as RFC 6298 computes it', () => {
    expect<u32>(after(100)).toBe(300);
    // RTTVAR = 37.5 + 10 = 47.5; SRTT = 87.5 + 17.5 = 105; 105 + 190
    expect<u32>(after(140)).toBe(295);
    // RTTVAR = 35.625 + 13.75 = 49.375; SRTT = 91.875 + 20 = 111.875; 111.875 + 197.5 = 309.375; kept in eighths and
    // quarters it is 840 + 55 = 895, 895 / 8 = 111, and 190 + 55 - 47 = 198
    expect<u32>(after(160)).toBe(309);
    // RTTVAR = 37.03 + 2.97 = 40; SRTT = 97.89 + 12.5 = 110.39; 110.39 + 160 = 270.39; as kept: 111 is 11 off, so
    // 895 - 11 = 884, 884 / 8 = 110, and 198 + 11 - 49 = 160
    expect<u32>(after(100)).toBe(270);
  });

  it('grows by four times the deviation when a round trip is suddenly long, and comes down slowly', () => {
    after(100);
    // RTTVAR = 37.5 + 225 = 262.5; SRTT = 87.5 + 125 = 212.5; 212.5 + 1050 = 1262.5
    expect<u32>(after(1000)).toBe(1262);
    // RTTVAR = 196.875 + 28.125 = 225; SRTT = 185.9375 + 12.5 = 198.4375; 198.4375 + 900 = 1098.4
    // as kept: 1700 - 112 = 1588, 1588 / 8 = 198; 1050 + 112 - 262 = 900
    expect<u32>(after(100)).toBe(1098);
  });

  it('is not below 250 ms, however short the round trips are', () => {
    // 83 + 4 * 41.5 = 249; 84 + 4 * 42 = 252
    expect<u32>(after(83)).toBe(250);
    fresh();
    expect<u32>(after(84)).toBe(252);
    for (let time = 0; time < 100; time += 1) expect<u32>(after(1)).toBeGreaterThanOrEqual(250);
    expect<u32>(after(1)).toBe(250);
  });

  it('is above the round trip even when that never varies: one tick of the clock at least', () => {
    // RTTVAR becomes 0: RTO = SRTT + G
    for (let time = 0; time < 200; time += 1) after(1000);
    expect<u32>(after(1000)).toBeGreaterThan(1000);
    expect<u32>(after(1000)).toBeLessThanOrEqual(1004);
  });

  it('takes a round trip of 0 ms for what it is', () => {
    expect<u32>(after(0)).toBe(250);
    // Nothing was there to remember: as if it were the first.
    expect<u32>(after(100)).toBe(300);
  });

  it('is not above 60 s', () => {
    // 20000 + 4 * 10000
    expect<u32>(after(20000)).toBe(60000);
    fresh();
    expect<u32>(after(19999)).toBe(59997);
    fresh();
    expect<u32>(after(65535)).toBe(60000);
    expect<u32>(after(65535)).toBe(60000);
  });

  it('does not wrap where what is kept saturates, and is above every round trip up to 50 s', () => {
    for (let roundTrip: u32 = 8000; roundTrip <= 50000; roundTrip += 3000) {
      fresh();
      for (let time = 0; time < 40; time += 1) expect<u32>(after(roundTrip)).toBeGreaterThanOrEqual(roundTrip);
    }
  });

  it('keeps a smoothed round trip of 8,191 ms at most, in eighths in 16 bits', () => {
    // SRTT = 10000, kept as 65535 / 8 = 8191; RTTVAR = 5000, 4 * 5000 = 20000
    expect<u32>(after(10000)).toBe(30000);
    // 10000 is 1809 off: (65535 + 1809) / 8 = 8418; 20000 + 1809 - 5000 = 16809
    expect<u32>(after(10000)).toBe(8418 + 16809);
  });

  it('keeps a variation of 16,383 ms at most, in quarters in 16 bits', () => {
    // 4 * 20000 is kept as 65535
    expect<u32>(after(40000)).toBe(60000);
    // 100 is 8091 off: 65535 - 8091 = 57444; 65535 + 8091 - 16383 = 57243
    expect<u32>(after(100)).toBe(60000);
    // 57444 / 8 = 7180, 7080 off: (57444 - 7080) / 8 = 6295; 57243 + 7080 - 14310 = 50013
    expect<u32>(after(100)).toBe(6295 + 50013);
  });

  it('comes down again after it was saturated', () => {
    for (let time = 0; time < 10; time += 1) after(65535);
    for (let time = 0; time < 100; time += 1) after(100);
    expect<u32>(after(100)).toBe(250);
  });

  it('is within 5 ms of the formulas in exact arithmetic, over a thousand round trips of all kinds', () => {
    let smoothed: f64 = 0;
    let variation: f64 = 0;
    let random: u32 = 12345;
    for (let time = 0; time < 1000; time += 1) {
      random = random * 1664525 + 1013904223;
      // From 200 to 711 ms, with one in 64 of up to 3 s.
      const roundTrip = 200 + ((random >> 16) & 511) + (random >> 26 == 0 ? (random >> 8) & 2047 : 0);
      if (time == 0) {
        smoothed = roundTrip;
        variation = <f64>roundTrip / 2;
      } else {
        variation = 0.75 * variation + 0.25 * Math.abs(smoothed - <f64>roundTrip);
        smoothed = 0.875 * smoothed + 0.125 * <f64>roundTrip;
      }
      const exact = smoothed + Math.max(1, 4 * variation);
      expect<bool>(Math.abs(<f64>after(roundTrip) - exact) <= 5).toBe(true, `round trip ${time.toString()}`);
    }
  });
});
