import { identity } from '../../identity';
import { sipHash } from './siphash';

/** 64 bits that nobody without the boot key can foresee: SipHash of a count. */
export function random(): u64 {
  const self = identity();
  self.draws += 1;
  return sipHash(self.key0, self.key1, self.draws, (<u64>8) << 56);
}
