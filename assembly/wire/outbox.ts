import { OUTBOX } from '../memory';

/** What lies in the tx buffer. */
@unmanaged
export class Outbox {
  /** Bytes of an IP packet that was just written, for whoever adds the Ethernet header; 0: none. */
  packetLength: u32;
  /** Bytes of a finished frame that answers the last one received, until `transmit` hands it out; 0: none. */
  answerLength: u32;
}

@inline
export function outbox(): Outbox {
  return changetype<Outbox>(OUTBOX);
}
