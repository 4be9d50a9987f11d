/** MD5, RFC 1321: what the loader tells of its flash. Browsers have no other way to it. */

const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
/** Where each of the four rounds takes its words: (factor × step + start) mod 16. */
const ORDER = [
  [1, 0],
  [5, 1],
  [3, 5],
  [7, 0],
] as const;
const SINES = Int32Array.from({ length: 64 }, (_, step) => Math.floor(Math.abs(Math.sin(step + 1)) * 2 ** 32));

/** In hexadecimal letters. */
export function md5(data: Uint8Array): string {
  const padded = padding(data);
  const view = new DataView(padded.buffer);
  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  for (let at = 0; at < padded.length; at += 64) addBlock(state, view, at);
  const letters = [...new Uint8Array(littleEndian(state))].map((byte) => byte.toString(16).padStart(2, '0'));
  return letters.join('');
}

/** A one bit, zeros, and the length in bits: a multiple of 64 bytes. */
function padding(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const padded = new Uint8Array(((data.length + 8) >> 6) * 64 + 64);
  padded.set(data);
  padded[data.length] = 0x80;
  new DataView(padded.buffer).setBigUint64(padded.length - 8, BigInt(data.length) * 8n, true);
  return padded;
}

function addBlock(state: Int32Array, view: DataView, at: number): void {
  let [a = 0, b = 0, c = 0, d = 0] = state;
  for (let step = 0; step < 64; step++) {
    const round = step >> 4;
    const [factor, start] = ORDER[round] ?? [0, 0];
    const word = view.getInt32(at + ((factor * step + start) & 15) * 4, true);
    const sum = (a + mixed(round, b, c, d) + (SINES[step] ?? 0) + word) | 0;
    const shift = SHIFTS[round * 4 + (step & 3)] ?? 0;
    [a, d, c, b] = [d, c, b, (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0];
  }
  [a, b, c, d].forEach((value, index) => (state[index] = (state[index] ?? 0) + value));
}

function mixed(round: number, b: number, c: number, d: number): number {
  if (round === 0) return (b & c) | (~b & d);
  if (round === 1) return (b & d) | (c & ~d);
  return round === 2 ? b ^ c ^ d : c ^ (b | ~d);
}

function littleEndian(state: Int32Array): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(16));
  state.forEach((value, index) => view.setInt32(index * 4, value, true));
  return view.buffer;
}
