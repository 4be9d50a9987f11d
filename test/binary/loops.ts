/** Every function of the core that loops, and for each of its loops what bounds it. */
const SHORTENS = 'every round takes one off a list, which holds each entry of a pool once';
const CHAIN = 'a chain holds each entry of a pool once';

export const BOUNDS: Record<string, string[]> = {
  'core/deadline/left': ['one round for each number of SYN-ACK retransmissions: a constant'],
  'core/transmit/nextSegment': [SHORTENS],
  'core/transmit/nextSynAck': [SHORTENS],
  'lan/neighbours/neighboursExpire': [SHORTENS],
  'pool/chain/unchain': [CHAIN],
  'pool/deadlines/earliestChild': ['at most 3 rounds: the heap is 4-ary'],
  'pool/deadlines/settle': ['the height of the heap, upwards', 'the height of the heap, downwards'],
  'pool/events/nextEvent': [SHORTENS],
  'pool/neighbour/findNeighbour': [CHAIN],
  'pool/output/wakeWaiting': [SHORTENS],
  'pool/tuple-index/find': [CHAIN],
  'tcp/admit/admitAll': ['one round for each listener of the profile'],
  'tcp/admit/admitWaiting': [SHORTENS],
  'tcp/calls/listen/closeListener': [SHORTENS, SHORTENS],
  'tcp/cookie/mssIndex': ['at most 7 rounds: the index counts down'],
  'tcp/ports/ephemeralPort': ['a constant number of tries'],
  'tcp/reassembly/keep': ['at most one round for each piece', 'at most one round for each piece'],
  'tcp/siphash/sipHash': ['8 rounds'],
  'tcp/timeouts/acknowledgment/acknowledgmentExpires': [SHORTENS],
  'tcp/timeouts/connection/connectionExpires': ['every round ends a connection or moves its deadline beyond now'],
  'tcp/timeouts/half-open/halfOpenExpires': ['one round for each number of SYN-ACK retransmissions', SHORTENS],
  'tcp/timeouts/time-wait/timeWaitExpires': [SHORTENS],
  'wire/checksum/sum': ['the length of a frame / 32', 'at most 7 rounds: what is left of 32 bytes'],
  'wire/options/parseOptions': ['every round moves on by a byte at least: at most 40'],
};
