/** What is asked of the model. Property bits are named as in promela/properties.pml. */

/** @typedef {import('./pan.mjs').Question} Question */
/** @typedef {{ name: string, question: Question }} Claim */

/** Everything holds. @type {Claim[]} */
export const CLAIMS = [
  { name: 'three-way, 2 incarnations each', question: {} },
  { name: 'three-way, 3 of the client and 2 of the server', question: { defines: { DRAWS: 3, SERVER_DRAWS: 2 } } },
  { name: 'three-way, old numbers in the window', question: { defines: { DRAWS: 3, SERVER_DRAWS: 2, FALLING: 1 } } },
  { name: 'three-way, no other number in the window', question: { defines: { DRAWS: 3, SERVER_DRAWS: 2, WINDOW: 1 } } },
  {
    // The other way to end the storm, besides a limit: what takes up no number wants no answer.
    name: 'three-way, 3 and 2, SYN-RECEIVED is silent to a bare ACK outside of the window',
    question: {
      defines: { DRAWS: 3, SERVER_DRAWS: 2, WINDOW: 1 },
      edits: [{ rule: 'syn_received_outside_bare', effect: 'ignore()' }],
    },
  },
  { name: 'simultaneous open, 2 and 1', question: { defines: { SIMULTANEOUS: 1, SERVER_DRAWS: 1, WINDOW: 1 } } },
  { name: 'four-way, 2 incarnations each', question: { defines: { WAYS: 4 } } },
  { name: 'four-way, 3 and 2', question: { defines: { WAYS: 4, DRAWS: 3, SERVER_DRAWS: 2 } } },
  { name: 'three-way, 3 incarnations each', question: { defines: { DRAWS: 3 }, isLong: true } },
  {
    name: 'three-way, 3 each, old numbers in the window',
    question: { defines: { DRAWS: 3, FALLING: 1 }, isLong: true },
  },
  { name: 'simultaneous open, 2 each', question: { defines: { SIMULTANEOUS: 1, WINDOW: 1 }, isLong: true } },
];

/** Shortest counter-examples: what each shows, the property that fails, and how many segments arrive, where that is the point. @type {(Claim & { violates: string, packets?: number })[]} */
export const STORIES = [
  ...[2, 3, 4].map((ways) => ({
    name: `the shortest ${['', '', 'two', 'three', 'four'][ways] ?? ''}-way handshake`,
    violates: 'reached',
    packets: ways,
    question: { defines: { WAYS: ways, HEAL: 0, CHECKED: 'P_reached' }, shortest: true },
  })),
  {
    name: 'two-way: a replayed SYN makes a ghost connection',
    violates: 'ghost',
    question: { defines: { WAYS: 2, HEAL: 0, CHECKED: 'P_ghost' }, shortest: true },
  },
  {
    name: 'two-way: both are ESTABLISHED, and not with each other',
    violates: 'agree',
    question: { defines: { WAYS: 2, HEAL: 0, CHECKED: 'P_agree' }, shortest: true },
  },
  {
    name: 'simultaneous open where the new number lies in the window of the old: why ISNs are drawn at random',
    violates: 'proven',
    question: { defines: { SIMULTANEOUS: 1, HEAL: 0, SERVER_DRAWS: 2, CHECKED: 'P_proven' } },
  },
];

/**
 * Wrong stacks: the property that finds each, which is the only one that is checked.
 *
 * @type {{ name: string, violates: string, edits: import('./pan.mjs').Edit[], defines?: Record<string, number> }[]}
 */
export const MUTANTS = [
  {
    name: 'SYN-RECEIVED takes any acknowledgment',
    violates: 'ghost',
    edits: [{ rule: 'syn_received_stale_ack' }],
  },
  {
    name: 'SYN-SENT takes a SYN-ACK of any SYN',
    violates: 'proven',
    edits: [{ rule: 'syn_sent_stale_ack' }],
  },
  {
    name: 'SYN-SENT takes a SYN for a SYN-ACK',
    violates: 'proven',
    edits: [{ rule: 'syn_sent_syn', effect: 'hear(); become(ESTABLISHED); send_ack()' }],
    defines: { SIMULTANEOUS: 1, WINDOW: 1, SERVER_DRAWS: 1 },
  },
  {
    name: 'LISTEN does not wait for the third packet',
    violates: 'ghost',
    edits: [{ rule: 'listen_syn', effect: 'draw(); hear(); become(ESTABLISHED); send_syn_ack()' }],
  },
  { name: 'ESTABLISHED ignores RST', violates: 'stuck', edits: [{ rule: 'established_rst', effect: 'ignore()' }] },
  { name: 'SYN-SENT ignores RST', violates: 'stuck', edits: [{ rule: 'syn_sent_refused', effect: 'ignore()' }] },
  { name: 'SYN-RECEIVED ignores RST', violates: 'stuck', edits: [{ rule: 'syn_received_rst', effect: 'ignore()' }] },
  { name: 'CLOSED answers no ACK', violates: 'stuck', edits: [{ rule: 'closed_ack', effect: 'ignore()' }] },
  { name: 'CLOSED answers no SYN', violates: 'stuck', edits: [{ rule: 'closed_other', effect: 'ignore()' }] },
  { name: 'LISTEN answers no ACK', violates: 'stuck', edits: [{ rule: 'listen_ack', effect: 'ignore()' }] },
  {
    name: 'SYN-SENT answers no stale ACK',
    violates: 'stuck',
    edits: [{ rule: 'syn_sent_stale_ack', effect: 'ignore()' }],
  },
  {
    name: 'ESTABLISHED is silent about what is outside of the window',
    violates: 'stuck',
    edits: [{ rule: 'established_outside', effect: 'ignore()' }],
    defines: { WINDOW: 1 },
  },
  {
    name: 'ESTABLISHED takes a RST with any number',
    violates: 'killed',
    edits: [{ rule: 'established_blind_rst', effect: 'forget()' }],
  },
  {
    name: 'ESTABLISHED takes a RST that is anywhere in the window, as in RFC 793',
    violates: 'killed',
    edits: [{ rule: 'established_near_rst', effect: 'forget()' }],
    defines: { FALLING: 1 },
  },
  {
    name: 'ESTABLISHED is reset by a SYN in the window, as in RFC 793',
    violates: 'killed',
    edits: [{ rule: 'established_syn', effect: 'forget()' }],
    defines: { FALLING: 1 },
  },
  {
    name: 'SYN-SENT is refused by the RST for an earlier SYN',
    violates: 'refused',
    edits: [{ rule: 'syn_sent_stale_rst', effect: 'refused()' }],
  },
  {
    name: 'SYN-SENT is refused by a RST without ACK',
    violates: 'refused',
    edits: [{ rule: 'syn_sent_rst', effect: 'refused()' }],
  },
  {
    name: 'SYN-RECEIVED answers what is outside of the window without limit',
    violates: 'storm',
    edits: [
      { rule: 'syn_received_outside', effect: 'send_ack()' },
      { rule: 'syn_received_outside_bare', effect: 'send_ack()' },
    ],
    defines: { SIMULTANEOUS: 1, WINDOW: 1 },
  },
  {
    name: 'ESTABLISHED answers a stale ACK without limit, and SYN-RECEIVED too',
    violates: 'storm',
    edits: [
      { rule: 'established_outside', effect: 'send_ack()' },
      { rule: 'syn_received_outside', effect: 'send_ack()' },
      { rule: 'syn_received_outside_bare', effect: 'send_ack()' },
    ],
    defines: { WINDOW: 1 },
  },
  {
    name: 'there is no rule for a segment without ACK in ESTABLISHED',
    violates: 'complete',
    edits: [
      { rule: 'established_syn' },
      { rule: 'established_no_ack' },
      { rule: 'established_ack' },
      { rule: 'established_stale_ack' },
    ],
  },
];
