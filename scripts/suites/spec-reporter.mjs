/** as-pect's own report on the screen, and the counts in build/reports/spec.json. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SummaryReporter } from '@as-pect/core';
import { ROOT } from '../root.mjs';

class SpecReporter extends SummaryReporter {
  passed = 0;
  failed = 0;
  /** @type {{ name: string, reason: string }[]} */
  skipped = [];

  /**
   * @override
   * @param {import('@as-pect/core').TestContext} suite called once for each file
   */
  onFinish(suite) {
    super.onFinish(suite);
    this.passed += suite.testPassCount;
    this.failed += suite.testCount - suite.testPassCount;
    // Something outside a test went wrong.
    if (!suite.pass && suite.testCount === suite.testPassCount) this.failed += 1;
    for (const group of suite.rootNode.childGroups) {
      for (const name of group.groupTodos) this.skipped.push({ name, reason: 'to be written' });
    }
    const folder = join(ROOT, 'build/reports');
    mkdirSync(folder, { recursive: true });
    const { passed, failed, skipped } = this;
    writeFileSync(join(folder, 'spec.json'), JSON.stringify({ passed, failed, skipped }));
  }
}

export default new SpecReporter();
