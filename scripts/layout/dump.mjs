/** What only whoever opens a dump needs to know of the core's memory: host/dump/layout.ts. */
import { Translation, readConstant } from './constants.mjs';
import { HEADER } from './core.mjs';
import { parseCore, readClass, readEnum } from './read.mjs';
import { comment, enumText } from './typescript.mjs';

/** @typedef {import('typescript').SourceFile} SourceFile */

const RECORDS = {
  CONNECTION: 'Connection',
  HALF_OPEN: 'HalfOpen',
  TIME_WAIT: 'TimeWait',
  LISTENER: 'Listener',
  NEIGHBOUR: 'Neighbour',
  IDENTITY: 'Identity',
  HEADS: 'Heads',
};

const ENUMS = ['Flag', 'Waits', 'Asking'];

const CONSTANTS = [
  'KINDS_SHIFT',
  'ALLOWS_SHIFT',
  'ALLOWS_SACK',
  'MSS_BITS',
  'SLOT_BITS',
  'GENERATION_MASK',
  'TIME_UNIT_BITS',
  'USER_TIMEOUT_BITS',
  'SYN_ACK_DELAYS',
  'HOLES',
  'DELAY_MS',
  'REQUEST_INTERVAL_MS',
];

/** What `memoryMap` gives. */
const PLACES = {
  bootRecord: 'BOOT_RECORD',
  rxFrame: 'RX_FRAME',
  txFrame: 'TX_FRAME',
  identity: 'IDENTITY',
  statistics: 'STATISTICS',
  heads: 'HEADS',
  connections: 'CONNECTION_POOL',
  halfOpen: 'HALF_OPEN_POOL',
  timeWait: 'TIME_WAIT_POOL',
  listeners: 'LISTENER_POOL',
  neighbours: 'NEIGHBOUR_POOL',
  referenceShift: 'REFERENCE_SHIFT',
  deadlineHeap: 'DEADLINE_HEAP',
  rings: 'RINGS',
  length: 'END_AT',
};

/** The numbers of a profile that the map hangs on, and that a dump says or shows by its length. */
const SIZES = [
  'CONNECTIONS',
  'HALF_OPEN',
  'TIME_WAIT',
  'LISTENERS',
  'NEIGHBOURS',
  'RX_RING',
  'TX_RING',
  'APPS',
  'GUARD_BYTES',
];

/**
 * @param {string} name
 * @param {import('./read.mjs').Class} record
 */
function recordText(name, { doc, bytes, fields }) {
  const lines = fields.map(({ name: field, type, count, offset, doc: about }) => {
    const length = count === 1 ? '' : `, count: ${count}`;
    return `${comment(about, '    ')}    ${field}: { at: ${offset}, type: '${type}'${length} },\n`;
  });
  return `${comment(doc)}export const ${name} = {\n  bytes: ${bytes},\n  fields: {\n${lines.join('')}  },\n} as const;\n`;
}

/** @param {SourceFile[]} files */
function mapText(files) {
  const translation = new Translation(files);
  for (const name of Object.values(PLACES)) translation.need(name);
  const unknown = [...translation.inputs].filter((name) => !SIZES.includes(name));
  if (unknown.length > 0) throw new Error(`layout: where things lie hangs on ${unknown.join()}, which no dump says`);
  const lines = [...translation.lines].map(([name, { text }]) => `  const ${name} = ${text};\n`);
  const places = Object.entries(PLACES).map(([name, constant]) => `    ${name}: ${constant},\n`);
  return [
    `/** The numbers of assembly/profile.ts that say where things lie. */\nexport interface Sizes {\n` +
      `${SIZES.map((name) => `  ${name}: number;\n`).join('')}}\n`,
    `/** Where everything lies in a memory whose map begins at \`start\`, and how long it is: as in assembly/memory.ts. */\n` +
      `export function memoryMap(start: number, sizes: Sizes) {\n` +
      `  const { ${SIZES.join(', ')} } = sizes;\n${lines.join('')}  return {\n${places.join('')}  };\n}\n`,
  ];
}

/** @param {Record<string, string>} made texts in assembly/ that are made with it */
export function dumpLayout(made) {
  const files = parseCore(made);
  const constants = CONSTANTS.map((name) => `export const ${name} = ${readConstant(files, name)};\n`);
  return [
    `// ${HEADER}\n`,
    ...ENUMS.map((name) => enumText(readEnum(files, name))),
    ...Object.entries(RECORDS).map(([name, record]) => recordText(name, readClass(files, record, true))),
    constants.join(''),
    ...mapText(files),
  ].join('\n');
}
