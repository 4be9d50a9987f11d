/** The counts of a Vitest run in build/reports/vitest.json, with the reason of each skip. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../root.mjs';

export default class CountReporter {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly unknown[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    let passed = 0;
    let failed = unhandledErrors.length;
    /** @type {{ name: string, reason: string }[]} */
    const skipped = [];
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      // A file or a suite's hook that fails has errors of its own.
      const errors =
        module.errors().length + [...module.children.allSuites()].flatMap((suite) => suite.errors()).length;
      failed += errors;
      for (const test of tests) {
        const result = test.result();
        if (result.state === 'passed') passed += 1;
        else if (result.state === 'failed') failed += 1;
        else if (errors === 0) skipped.push(skippedTest(test));
      }
    }
    const folder = join(ROOT, 'build/reports');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'vitest.json'), JSON.stringify({ passed, failed, skipped }));
  }
}

/**
 * The reason is a note of the test, or, where a whole suite is skipped, in that one's title.
 *
 * @param {import('vitest/node').TestCase} test
 */
function skippedTest(test) {
  const result = test.result();
  const note = result.state === 'skipped' ? result.note : undefined;
  const [told = '', reason] = / \(skipped: (.*)\)(?= > )/.exec(test.fullName) ?? [];
  return { name: test.fullName.replace(told, ''), reason: note || reason || 'no reason given' };
}
