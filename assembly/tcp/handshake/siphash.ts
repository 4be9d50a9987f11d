/**
 * SipHash-2-4 (Aumasson, Bernstein 2012) of a message of 8 to 15 bytes: the first eight as `block`, the others from
 * the low end of `rest`, whose highest byte is the message's length. That is all the core needs, without a loop.
 */
export function sipHash(key0: u64, key1: u64, block: u64, rest: u64): u64 {
  let v0 = key0 ^ 0x736f6d6570736575;
  let v1 = key1 ^ 0x646f72616e646f6d;
  let v2 = key0 ^ 0x6c7967656e657261;
  let v3 = key1 ^ 0x7465646279746573;
  // Rounds 0 and 1 take the block in, 2 and 3 the rest, 4 to 7 finish.
  for (let round = 0; round < 8; round += 1) {
    if (round == 0) v3 ^= block;
    else if (round == 2) {
      v0 ^= block;
      v3 ^= rest;
    } else if (round == 4) {
      v0 ^= rest;
      v2 ^= 0xff;
    }
    v0 += v1;
    v1 = rotl<u64>(v1, 13) ^ v0;
    v0 = rotl<u64>(v0, 32);
    v2 += v3;
    v3 = rotl<u64>(v3, 16) ^ v2;
    v0 += v3;
    v3 = rotl<u64>(v3, 21) ^ v0;
    v2 += v1;
    v1 = rotl<u64>(v1, 17) ^ v2;
    v2 = rotl<u64>(v2, 32);
  }
  return v0 ^ v1 ^ v2 ^ v3;
}
