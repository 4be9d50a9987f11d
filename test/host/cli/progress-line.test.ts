import { expect, test } from 'vitest';
import { ProgressLine } from '../../../host/cli/progress-line.js';

/** What is written in a minute in which there is news every 50 ms. */
function written(isTTY: boolean): string[] {
  let nowMs = 0;
  const texts: string[] = [];
  const output = { isTTY, columns: 20, write: (text: string) => texts.push(text) > 0 };
  const line = new ProgressLine(output, () => nowMs);
  for (; nowMs <= 60_000; nowMs += 50) line.tell(() => `${nowMs} ms, and more than fits into a line`);
  line.end();
  return texts;
}

test('on a terminal the line changes in place, ten times a second, no longer than the line is; and goes', () => {
  const texts = written(true);
  const shown = texts.slice(0, -1);
  expect(shown).toHaveLength(600);
  for (const text of shown) expect(text).toMatch(/^\r\x1b\[K[^\n]{1,19}$/);
  expect(texts.at(-1)).toBe('\r\x1b[K');
});

test('elsewhere there is a whole line every five seconds', () => {
  const texts = written(false);
  expect(texts).toHaveLength(12);
  for (const text of texts) expect(text).toMatch(/^\d+000 ms, and more than fits into a line\n$/);
});
