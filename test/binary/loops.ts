/** Every function of the core that loops, and for each of its loops what bounds it. */
const SHORTENS = 'every round takes one off a list, which holds each entry of a pool once';
const CHAIN = 'a chain holds each entry of a pool once';

const CONSUMES = 'every round consumes a byte of a ring at least, and no more arrives meanwhile';

export const BOUNDS: Record<string, string[]> = {
  'apps/apps/acceptAll': [SHORTENS],
  'apps/apps/runApps': [SHORTENS],
  'apps/discard/discard': [CONSUMES],
  'apps/echo/echo': [CONSUMES],
  'apps/status/json/connection': ['the four bytes of an address'],
  'apps/status/response/respond': ['every round is a piece further: at most 90'],
  'apps/status/serve/makeRoom': ['one round for each connection of the profile'],
  'apps/status/serve/read': ['one round for each byte that is there'],
  'apps/status/serve/serveStatus': [CONSUMES],
  'apps/status/texts/fillText': ['one round for each byte of a text: at most 255'],
  'apps/status/texts/textAt': ['one round for each text before: they are less than 100'],
  'apps/status/texts/writeNumber': ['ten digits'],
  'core/deadline/left': ['one round for each number of SYN-ACK retransmissions: a constant'],
  'core/transmit/nextSegment': [SHORTENS],
  'core/transmit/nextSynAck': [SHORTENS],
  'guards/guard': ['the rows of the table of guards: debug builds only'],
  paintGuards: ['one round for each connection of the profile: debug builds only'],
  'lan/neighbours/neighboursExpire': [SHORTENS],
  'pool/lists/chain/unchain': [CHAIN],
  'pool/lists/deadlines/settle': ['the height of the heap, upwards', 'the height of the heap, downwards'],
  'pool/lists/events/nextOf': [SHORTENS],
  'pool/neighbour/findNeighbour': [CHAIN],
  'pool/lists/output/wakeWaiting': [SHORTENS],
  'pool/lists/tuple-index/find': [CHAIN],
  'tcp/handshake/admit/admitAll': ['one round for each listener of the profile'],
  'tcp/handshake/admit/admitWaiting': [SHORTENS],
  'tcp/calls/listen/closeListener': [SHORTENS, SHORTENS],
  'tcp/handshake/cookie/mssIndex': ['at most 3 rounds: the index counts down'],
  'tcp/handshake/ports/newTuple': ['a constant number of tries'],
  'tcp/data/reassembly/keep': ['at most one round for each piece'],
  'tcp/data/sack/writeSack': ['one round for each piece'],
  'tcp/handshake/siphash/sipHash': ['8 rounds'],
  'tcp/timeouts/acknowledgment/acknowledgmentExpires': [SHORTENS],
  'tcp/timeouts/connection/connectionExpires': ['every round ends a connection or moves its deadline beyond now'],
  'tcp/timeouts/half-open/halfOpenExpires': ['one round for each number of SYN-ACK retransmissions', SHORTENS],
  'tcp/timeouts/time-wait/timeWaitExpires': [SHORTENS],
  // Built for size there is a second one, of at most 7 rounds, for what is left of 32 bytes.
  'wire/checksum/sum': ['the length of a frame / 32'],
  'wire/options/parseOptions': ['every round moves on by a byte at least: at most 40'],
};
