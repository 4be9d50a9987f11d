import { viewOf } from './bytes.js';
import type { SackBlock, TcpOption } from './frame.js';

const END_OF_LIST = 0;
const NO_OPERATION = 1;

/** The options of a TCP header. RFC 9293 §3.2, RFC 7323, RFC 2018. What follows a broken one cannot be read. */
export function decodeTcpOptions(bytes: Uint8Array): TcpOption[] {
  const options: TcpOption[] = [];
  const view = viewOf(bytes);
  let at = 0;
  while (at < bytes.length) {
    const number = view.getUint8(at);
    if (number === END_OF_LIST) break;
    if (number === NO_OPERATION) {
      at += 1;
      continue;
    }
    const length = at + 1 < bytes.length ? view.getUint8(at + 1) : 0;
    if (length < 2 || at + length > bytes.length) {
      options.push({
        kind: 'malformed',
        number,
        reason: `length ${length} with ${bytes.length - at} bytes left`,
      });
      break;
    }
    options.push(decodeOne(number, bytes.subarray(at + 2, at + length)));
    at += length;
  }
  return options;
}

function decodeOne(number: number, data: Uint8Array): TcpOption {
  const view = viewOf(data);
  switch (number) {
    case 2:
      return data.length === 2 ? { kind: 'mss', bytes: view.getUint16(0) } : wrongLength(number, data);
    case 3:
      return data.length === 1 ? { kind: 'window-scale', shift: view.getUint8(0) } : wrongLength(number, data);
    case 4:
      return data.length === 0 ? { kind: 'sack-permitted' } : wrongLength(number, data);
    case 5:
      return data.length > 0 && data.length % 8 === 0
        ? { kind: 'sack', blocks: decodeBlocks(view) }
        : wrongLength(number, data);
    case 8:
      return data.length === 8
        ? { kind: 'timestamps', value: view.getUint32(0), echo: view.getUint32(4) }
        : wrongLength(number, data);
    default:
      return { kind: 'unknown', number, data };
  }
}

function decodeBlocks(view: DataView): SackBlock[] {
  const blocks: SackBlock[] = [];
  for (let at = 0; at < view.byteLength; at += 8) {
    blocks.push({ left: view.getUint32(at), right: view.getUint32(at + 4) });
  }
  return blocks;
}

function wrongLength(number: number, data: Uint8Array): TcpOption {
  return { kind: 'malformed', number, reason: `length ${data.length + 2} is wrong for this option` };
}
