/** Why a board is not flashed: one line each, for whoever holds the cable. */
export type FlashErrorCode =
  /** There is nothing to write, or what is there is no set of images. */
  | 'NO_IMAGES'
  | 'BAD_IMAGES'
  /** The images are for another chip. */
  | 'WRONG_CHIP'
  /** What is at the port does not answer as a chip in download mode does. */
  | 'NO_ANSWER'
  /** The chip answers, and refuses. */
  | 'REFUSED'
  /** It reads back otherwise than it was written. */
  | 'VERIFY'
  | 'PORT_MISSING'
  | 'PORT_BUSY'
  | 'PORT_DENIED'
  /** It was there, and is gone: the cable. */
  | 'PORT_LOST'
  | 'PORT';

export class FlashError extends Error {
  override readonly name = 'FlashError';
  readonly code: FlashErrorCode;

  constructor(code: FlashErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
