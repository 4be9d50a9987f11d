import { Drop } from '../../statistics';
import { RST } from '../../wire/tcp';
import { answerReset } from '../answer';
import { segment } from '../segment';

/** A segment for which there is no connection and no listener. RFC 9293 §3.10.7.1. */
export function arrivesClosed(): Drop {
  if (segment().has(RST)) return Drop.RESET_UNKNOWN;
  return answerReset();
}
