import { isInWindow, isSequenceBefore } from '../../../assembly/tcp/sequence';

describe('sequence numbers', () => {
  it('are in order across the wrap', () => {
    expect<bool>(isSequenceBefore(0xffffffff, 0)).toBe(true);
    expect<bool>(isSequenceBefore(0, 0xffffffff)).toBe(false);
    expect<bool>(isSequenceBefore(0xfffffff0, 0x10)).toBe(true);
    expect<bool>(isSequenceBefore(5, 5)).toBe(false);
    expect<bool>(isSequenceBefore(0, 0x7fffffff)).toBe(true);
    expect<bool>(isSequenceBefore(0, 0x80000001)).toBe(false);
  });

  it('are in a window from its left edge to before its right, across the wrap too', () => {
    expect<bool>(isInWindow(99, 100, 10)).toBe(false);
    expect<bool>(isInWindow(100, 100, 10)).toBe(true);
    expect<bool>(isInWindow(109, 100, 10)).toBe(true);
    expect<bool>(isInWindow(110, 100, 10)).toBe(false);
    expect<bool>(isInWindow(3, 0xfffffffa, 10)).toBe(true);
    expect<bool>(isInWindow(4, 0xfffffffa, 10)).toBe(false);
    expect<bool>(isInWindow(100, 100, 0)).toBe(false);
  });
});
