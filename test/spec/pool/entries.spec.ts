import { Connection } from '../../../assembly/pool/connection';
import { HalfOpen } from '../../../assembly/pool/half-open';
import { TimeWait } from '../../../assembly/pool/time-wait';

describe('the price of an entry', () => {
  it("is at most 32 bytes for a stranger's SYN", () => {
    expect<usize>(offsetof<HalfOpen>()).toBeLessThanOrEqual(32);
  });

  it('is at most 24 bytes for a finished connection', () => {
    expect<usize>(offsetof<TimeWait>()).toBeLessThanOrEqual(24);
  });

  it('is at most 144 bytes for a connection, without its rings', () => {
    expect<usize>(offsetof<Connection>()).toBeLessThanOrEqual(144);
  });
});
