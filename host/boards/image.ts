/** A module as boards/slot takes it: what a firmware has to know of it, and then what its engine loads. boards/slot/image.h. */
import { Buffer } from 'node:buffer';
import { createHash, createHmac } from 'node:crypto';
import { ABI } from '../core/index.js';
import type { Embedded } from './module.js';

/** Of boards/slot/image.h. */
export const IMAGE_HEADER_BYTES = 64;
const PROFILE_AT = 40;
const MOST_PROFILE_BYTES = 23;

export function imageOf({ profile, bytes, rxRing, txRing, shape }: Embedded): Buffer {
  const header = Buffer.alloc(IMAGE_HEADER_BYTES);
  header.write('FSKM', 'latin1');
  const numbers = [
    IMAGE_HEADER_BYTES,
    ABI,
    bytes.length,
    shape.memoryBytes,
    rxRing,
    txRing,
    shape.ringsAt,
    shape.ringsBytes,
  ];
  for (const [index, number] of numbers.entries()) header.writeUInt32LE(number, 4 + index * 4);
  header.write(profile.slice(0, MOST_PROFILE_BYTES), PROFILE_AT, 'latin1');
  return Buffer.concat([header, bytes]);
}

/** The fields of an upload besides its length: boards/slot/upload.h. */
export function signedFields(image: Uint8Array, sequence: number, key: Uint8Array): Record<string, string> {
  const digest = createHash('sha256').update(image).digest('hex');
  const message = `PUT /module\n${sequence}\n${image.length}\n${digest}\n`;
  return {
    'Firmshake-Sequence': String(sequence),
    'Firmshake-SHA256': digest,
    'Firmshake-Signature': createHmac('sha256', key).update(message).digest('hex'),
  };
}
