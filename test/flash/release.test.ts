/** What a release has is what idf.py built, and both ways of flashing read it. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../host/build/constants.js';
import { readFolder, readPart } from '../../host/flash/folder.js';
import { forChip, readBuild } from '../../host/flash/images.js';
import { runCommand } from '../support/firmshake.js';
import { buildFolder, imageSet, temporaryFolder } from './images.js';

const SCRIPT = path.join(ROOT, 'scripts/esp32-images.mjs');
const WORKFLOW = path.join(ROOT, '.github/workflows/esp32.yml');

describe('the images of a release', () => {
  it('lie side by side, with a manifest that gives each chip its own again', async () => {
    const chips = ['esp32', 'esp32c3'] as const;
    const out = temporaryFolder();
    const folders = chips.map((chip) => buildFolder(imageSet(chip)));
    const { code, stderr } = await runCommand(process.execPath, SCRIPT, out, 'v1.2.3', ...folders);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(readdirSync(out, { withFileTypes: true }).every((file) => file.isFile())).toBe(true);
    const listing = await readFolder(out);
    expect({ name: listing.name, version: listing.version }).toEqual({ name: 'Firmshake', version: 'v1.2.3' });
    for (const chip of chips) {
      const { images } = await readBuild(forChip(listing.builds, chip), (name) => readPart(out, name));
      const contents = images.map(({ offset, data }) => ({ offset, data: Buffer.from(data) }));
      expect(contents).toEqual(imageSet(chip).images.map(({ offset, data }) => ({ offset, data: Buffer.from(data) })));
    }
  });

  it('a chip without a name in the manifest is not left out without a word', async () => {
    const folder = buildFolder(imageSet('esp32'));
    const args = path.join(folder, 'flasher_args.json');
    writeFileSync(args, readFileSync(args, 'utf8').replace('"esp32"', '"esp32p4"'));
    const { code, stderr } = await runCommand(process.execPath, SCRIPT, temporaryFolder(), '1', folder);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/is for esp32p4/);
  });

  it('nothing in the workflow may write but the job that makes the release', () => {
    const [head = '', body = ''] = readFileSync(WORKFLOW, 'utf8').split(/^jobs:$/m);
    const jobs = body.split(/^ {2}(?=[a-z]+:$)/m).slice(1);
    const writers = jobs.filter((job) => job.includes(': write')).map((job) => job.split(':')[0]);
    expect(writers).toEqual(['release']);
    expect(jobs.every((job) => /^ {4}permissions:$/m.test(job))).toBe(true);
    expect(head).toMatch(/^permissions: \{\}$/m);
  });
});
