/** The texts of the status page, as bytes that the core can hold: assembly/apps/status/text.ts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../root.mjs';
import { HEADER } from './core.mjs';

/** A text is its length in one byte, then its bytes: no longer than this. */
const LONGEST = 255;

/** Texts that have names of their own. */
const NAMED = {
  HTTP: 'HTTP/1.1 ',
  HTML_HEAD: '\r\nContent-Type: text/html\r\nContent-Length: ',
  JSON_HEAD: '\r\nContent-Type: application/json\r\nContent-Length: ',
  CLOSE: '\r\nConnection: close',
  END: '\r\n\r\n',
  NOTHING: '',
  COMMA: ',',
  QUOTE: '"',
  UPTIME: '{"uptime":{"ms":%},"counters":{',
  COUNTER: '":%',
  POOLS: '},"pools":{',
  POOL: '":{"capacity":%,"used":%,"highWater":%,"exhausted":%}',
  DROPS: '},"drops":{',
  DROP: '"%":%',
  CONNECTIONS: '},"connections":[',
  NULL: 'null',
  STATE: '{"state":"',
  CONNECTION: '","peer":"%.%.%.%:%","port":%}',
  LAST: ']}\n',
};

/** An error's is its body, too. */
const STATUSES = {
  OK: '200 OK',
  BAD_REQUEST: '400 Bad Request',
  NOT_FOUND: '404 Not Found',
  METHOD_NOT_ALLOWED: '405 Method Not Allowed\r\nAllow: GET, HEAD',
  URI_TOO_LONG: '414 URI Too Long',
  FIELDS_TOO_LARGE: '431 Too Large',
};

/** Bytes of each line of JSON, padded with spaces: the longest is that of the first pool. */
const LINE_BYTES = 103;
/** Connections in the JSON. */
const ROWS = 16;

/** Words that a request is searched for. Field names and values are compared in lower case. */
const WORDS = {
  GET: 'GET',
  HEAD: 'HEAD',
  ROOT: '/',
  JSON: '/status.json',
  HTTP_1_0: 'HTTP/1.0',
  HTTP_1_1: 'HTTP/1.1',
  HOST: 'host',
  CONNECTION: 'connection',
  CONTENT_LENGTH: 'content-length',
  TRANSFER_ENCODING: 'transfer-encoding',
  CLOSE: 'close',
};

/**
 * As assembly/apps/status/request.ts hashes: FNV-1a from zero.
 *
 * @param {string} word
 */
function hashOf(word) {
  return [...Buffer.from(word)].reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193) >>> 0, 0);
}

/** @param {Buffer} page */
function piecesOf(page) {
  const count = Math.ceil(page.length / LONGEST);
  return Array.from({ length: count }, (_, index) => page.subarray(index * LONGEST, (index + 1) * LONGEST));
}

/**
 * @param {string} name
 * @param {string} doc
 * @param {Record<string, string>} names
 */
function enumText(name, doc, names, first = 0) {
  const lines = Object.keys(names).map((key, index) => `  ${key} = ${first + index},\n`);
  return `/** ${doc} */\nexport const enum ${name} {\n${lines.join('')}}\n`;
}

/** @param {import('./core.mjs').Core} core */
export function statusTexts(core) {
  const page = Buffer.from(readFileSync(join(ROOT, 'assembly/apps/status/page.html'), 'utf8').trim());
  const counters = core.statistics.fields.map(({ name }) => name);
  const states = core.states.members.map(({ name }) => name.replaceAll('_', '-'));
  const pools = core.pools.members.map(({ name }) => name);
  const lines = counters.length + pools.length + core.dropCount + ROWS + 1;
  /** @type {Record<string, number>} */
  const lengths = { HTML_HEAD: page.length, JSON_HEAD: lines * LINE_BYTES };
  const named = Object.entries(NAMED).map(([name, text]) => text + (lengths[name] ?? ''));
  const pieces = piecesOf(page);
  const statuses = Object.values(STATUSES);
  const texts = [...named, ...statuses, ...states, ...pieces, ...counters, ...pools].map((text) => Buffer.from(text));
  if (texts.some((text) => text.length > LONGEST)) throw new Error('a text of the status page is too long');
  const bytes = texts.flatMap((text) => [text.length, ...text]);
  // The last that lies in memory ends where WAMR wants it to: see test/binary.
  while (bytes.length % 16 !== 0) bytes.push(0);
  const firstPage = named.length + statuses.length + states.length;
  const firstCounter = firstPage + pieces.length;
  return [
    `// ${HEADER}\n`,
    `/** Where the texts lie, one behind the other: the length of each in one byte, then its bytes. */\n` +
      `export function texts(): usize {\n  return memory.data<u8>([\n    ${bytes.join(', ')}\n  ], 16);\n}\n`,
    enumText('Text', 'The numbers of texts.', NAMED),
    enumText('Status', 'The numbers of the texts of statuses. RFC 9110 §15.', STATUSES, named.length),
    `export const FIRST_STATE: u32 = ${named.length + statuses.length};\n` +
      `export const FIRST_PAGE: u32 = ${firstPage};\n` +
      `export const PAGE_PIECES: u32 = ${pieces.length};\n` +
      `export const LINES: u32 = ${lines};\n` +
      `export const LINE_BYTES: u32 = ${LINE_BYTES};\n` +
      `export const ROWS: u32 = ${ROWS};\n` +
      `/** The names of the counters, in the order of Statistics, and of the pools. */\n` +
      `export const FIRST_COUNTER: u32 = ${firstCounter};\n` +
      `export const COUNTERS: u32 = ${counters.length};\n`,
    `/** Hashes of words: see \`hashed\` in request.ts. */\nexport const enum Word {\n` +
      Object.entries(WORDS)
        .map(([name, word]) => `  ${name} = ${hashOf(word) | 0},\n`)
        .join('') +
      `}\n`,
  ].join('\n');
}
