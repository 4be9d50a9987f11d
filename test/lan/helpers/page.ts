/** The same bytes wherever they are made: none of a hundred in a row are like another hundred. */
export function pageOf(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let index = 0; index < length; index++) bytes[index] = Math.imul(index, 2654435761) >>> 13;
  return bytes;
}

export const PAGE_BYTES = 1_000_000;
