/** The layout as C: boards/common/firmshake_layout.h. */
import { HEADER } from './core.mjs';

/** @param {string} name */
function snake(name) {
  return name.replace(/[A-Z]/g, (letter, at) => (at === 0 ? '' : '_') + letter.toLowerCase());
}

/** @param {string} doc */
function comment(doc, indent = '') {
  return doc === '' ? '' : `${indent}/* ${doc} */\n`;
}

/**
 * @param {string} tag
 * @param {string} prefix
 * @param {import('./read.mjs').Enum} declaration
 */
function enumText(tag, prefix, { doc, members }) {
  const lines = members.map((m) => `${comment(m.doc, '    ')}    FSK_${prefix}${m.name} = ${m.value},\n`);
  return `${comment(doc)}enum fsk_${tag} {\n${lines.join('')}};\n`;
}

/** @param {import('./read.mjs').Field} field */
function fieldText({ name, bytes, count, doc }) {
  const length = count === 1 ? '' : `[${count}]`;
  return `${comment(doc, '    ')}    uint${bytes * 8}_t ${snake(name)}${length};\n`;
}

/**
 * @param {string} tag
 * @param {import('./read.mjs').Class} record
 * @param {{ text: string, name: string, offset: number }[]} [more] fields after those of the class
 */
function structText(tag, { doc, bytes, fields }, more = [], total = bytes) {
  const offsets = [...fields, ...more].map(
    ({ name, offset }) =>
      `static_assert(offsetof(struct fsk_${tag}, ${snake(name)}) == ${offset}, "fsk_${tag}.${snake(name)}");\n`,
  );
  return [
    `${comment(doc)}struct fsk_${tag} {\n${fields.map(fieldText).join('')}${more.map((m) => m.text).join('')}};\n`,
    `static_assert(sizeof(struct fsk_${tag}) == ${total}, "fsk_${tag}");\n${offsets.join('')}`,
  ].join('\n');
}

/** @param {import('./core.mjs').Core} core */
export function cLayout(core) {
  return [
    `/* ${HEADER} */\n#ifndef FIRMSHAKE_LAYOUT_H\n#define FIRMSHAKE_LAYOUT_H\n`,
    `#include <assert.h>\n#include <stddef.h>\n#include <stdint.h>\n`,
    `/* The records lie in the module's memory, which is little-endian on every machine. */\n`,
    enumText('errno', '', core.errors),
    enumText('state', 'STATE_', core.states),
    enumText('event', 'EVENT_', core.events),
    enumText('pending', 'PENDING_', core.pending),
    enumText('option', 'OPTION_', core.options),
    enumText('drop', 'DROP_', core.drops),
    enumText('pool', 'POOL_', core.pools),
    `#define FSK_POOLS ${core.poolCount}\n#define FSK_DROP_REASONS ${core.dropCount}\n`,
    structText('boot_record', core.bootRecord),
    structText('event_record', core.eventRecord),
    structText('pool_use', core.poolUse),
    structText(
      'statistics',
      core.statistics,
      [
        { name: 'pools', offset: core.poolsAt, text: '    struct fsk_pool_use pools[FSK_POOLS];\n' },
        { name: 'drops', offset: core.dropsAt, text: '    uint32_t drops[FSK_DROP_REASONS];\n' },
      ],
      core.statisticsBytes,
    ),
    `#endif\n`,
  ].join('\n');
}
