import { readFile } from 'node:fs/promises';
import { buildProfile } from '../build/build-profile.js';
import { checkSizes } from '../build/check-sizes.js';
import { completeSizes } from '../build/profile-sizes.js';
import { targetSizes } from '../build/targets.js';
import type { Command } from './command.js';
import { modulePath, profileOf } from './modules.js';
import { print, printJson } from './output.js';
import { sizeReport, sizeTable, type SizeReport } from './size-report.js';
import { givenSizes, SIZE_OPTIONS } from './sizes.js';
import type { OptionTable } from './usage.js';

const OPTIONS: OptionTable = {
  profile: { type: 'string', value: 'NAME', help: 'tiny, lan or gateway (default: all three)' },
  ...SIZE_OPTIONS,
  json: { type: 'boolean', help: 'as JSON' },
};

export const size: Command = {
  name: 'size',
  summary: 'What a core takes: bytes of each pool, of linear memory, of the module.',
  synopsis: '[--profile NAME | --connections N --rx N …] [--json]',
  options: OPTIONS,
  examples: ['firmshake size', 'firmshake size --connections 2 --rx 1536 --tx 1536 --half-open 4'],
  async run(given) {
    const sizes = givenSizes(given);
    const reports: SizeReport[] = [];
    if (sizes === undefined) {
      const named = given.text('profile');
      for (const profile of named === undefined ? (['tiny', 'lan', 'gateway'] as const) : [profileOf(named)]) {
        reports.push(
          await sizeReport(profile, new Uint8Array(await readFile(modulePath(profile))), targetSizes(profile)),
        );
      }
    } else {
      checkSizes(completeSizes(sizes));
      process.stderr.write('building …\n');
      const built = await buildProfile(sizes);
      reports.push(await sizeReport('custom', built.wasm, built.sizes));
    }
    if (given.flag('json')) printJson(reports);
    else for (const report of reports) print(sizeTable(report));
    return 0;
  },
};
