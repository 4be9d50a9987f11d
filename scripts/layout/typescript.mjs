/** The layout as TypeScript: host/core/layout.ts. */
import { HEADER } from './core.mjs';

/** @param {string} doc */
export function comment(doc, indent = '') {
  return doc === '' ? '' : `${indent}/** ${doc} */\n`;
}

/** @param {import('./read.mjs').Enum} declaration */
export function enumText({ name, doc, members }) {
  const lines = members.map((member) => `${comment(member.doc, '  ')}  ${member.name} = ${member.value},\n`);
  return `${comment(doc)}export enum ${name} {\n${lines.join('')}}\n`;
}

/**
 * @param {string} name
 * @param {import('./read.mjs').Class} record
 */
function recordText(name, { doc, bytes, fields }) {
  const lines = fields.map((field) => `${comment(field.doc, '    ')}    ${field.name}: ${field.offset},\n`);
  return `${comment(doc)}export const ${name} = {\n  bytes: ${bytes},\n  offsets: {\n${lines.join('')}  },\n} as const;\n`;
}

/** @param {import('./core.mjs').Core} core */
export function typescriptLayout(core) {
  return [
    `// ${HEADER}\n`,
    enumText(core.errors),
    enumText(core.states),
    enumText(core.events),
    enumText(core.pending),
    enumText(core.options),
    enumText(core.drops),
    enumText(core.pools),
    recordText('BOOT_RECORD', core.bootRecord),
    recordText('EVENT_RECORD', core.eventRecord),
    recordText('POOL_USE', core.poolUse),
    recordText('STATISTICS', core.statistics),
    `/** A PoolUse for each PoolName, this far into the statistics. */\nexport const POOLS_AT = ${core.poolsAt};\n` +
      `export const POOL_COUNT = ${core.poolCount};\n`,
    `/** A u32 for each Drop, this far into the statistics. */\nexport const DROPS_AT = ${core.dropsAt};\n` +
      `export const DROP_COUNT = ${core.dropCount};\n`,
    `/** Bytes of the counters, the pools and the drops together: what \`size\` says. */\n` +
      `export const STATISTICS_BYTES = ${core.statisticsBytes};\n`,
    `/** Bytes of one entry of each pool. */\nexport const ENTRY_BYTES = {\n` +
      Object.entries(core.entryBytes)
        .map(([name, bytes]) => `  ${name}: ${bytes},\n`)
        .join('') +
      `} as const;\n`,
  ].join('\n');
}
