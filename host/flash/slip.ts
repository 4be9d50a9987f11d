/** SLIP, RFC 1055: packets between two END bytes. */
const END = 0xc0;
const ESC = 0xdb;
const ESC_END = 0xdc;
const ESC_ESC = 0xdd;

export interface Taken {
  /** Undefined: none is whole yet. */
  packet: Uint8Array | undefined;
  rest: Uint8Array;
}

/** The first packet in what has arrived. What comes before it (a chip's boot log) is left out. */
export function takePacket(input: Uint8Array): Taken {
  const begin = input.indexOf(END);
  if (begin < 0) return { packet: undefined, rest: input.subarray(input.length) };
  const end = input.indexOf(END, begin + 1);
  if (end < 0) return { packet: undefined, rest: input.subarray(begin) };
  // Two in a row: the first one ended what we have not seen.
  if (end === begin + 1) return takePacket(input.subarray(end));
  return { packet: unescaped(input.subarray(begin + 1, end)), rest: input.subarray(end + 1) };
}

function unescaped(letters: Uint8Array): Uint8Array {
  const bytes: number[] = [];
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at] ?? 0;
    if (letter !== ESC) bytes.push(letter);
    else if (letters[++at] === ESC_END) bytes.push(END);
    else if (letters[at] === ESC_ESC) bytes.push(ESC);
  }
  return Uint8Array.from(bytes);
}
