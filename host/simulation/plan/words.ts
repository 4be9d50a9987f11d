/** Acts in words: for the ladder, and for the report of a failure. */
import type { Act, Manners } from './acts.js';
import { MOST_BYTES } from './manners.js';

export function noteOf(act: Act): string {
  const words = Object.entries(act).filter(([name]) => !['at', 'kind', 'key'].includes(name));
  return `${act.kind}: ${words.map(([name, value]) => `${name} ${wordOf(value)}`).join(', ')}`;
}

function wordOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(wordOf).join('; ')}]`;
  return typeof value === 'object' && value !== null ? mannersText(value as Manners) : String(value);
}

/** Only what is out of the ordinary. */
function mannersText(manners: Manners): string {
  const { bytes, pieceBytes, pauseMs, readBytes, readPauseMs, farewell, farewellAfterMs } = manners;
  const words = [`says ${bytes} bytes`];
  if (bytes > pieceBytes) words.push(`by ${pieceBytes}${pauseMs > 0 ? ` every ${pauseMs} ms` : ''}`);
  if (readPauseMs < 0) words.push('never reads');
  else if (readBytes < MOST_BYTES) words.push(`reads ${readBytes} every ${readPauseMs} ms`);
  words.push(`${farewell}${farewellAfterMs > 0 ? ` after ${farewellAfterMs} ms` : ''}`);
  if (manners.waitsForPeer) words.push('waits for the peer');
  if (manners.lingerMs > 0) words.push(`lets go after ${manners.lingerMs} ms`);
  if (manners.noDelay) words.push('no delay');
  if (manners.keepAliveSeconds > 0) words.push(`keep-alive ${manners.keepAliveSeconds} s`);
  if (manners.userTimeoutMs > 0) words.push(`user timeout ${manners.userTimeoutMs} ms`);
  return `(${words.join(', ')})`;
}
