import { beforeEach, describe, expect, test } from 'vitest';
import { skipWithout } from '../support/needs.js';
import { ladder } from './spin/ladder.mjs';
import { ask } from './spin/pan.mjs';
import { CLAIMS, MUTANTS, STORIES } from './spin/questions.mjs';

const PATIENCE_MS = 120_000;

beforeEach((context) => skipWithout(context, 'spin', 'cc'));

describe.concurrent('in every state that the model can reach', () => {
  test.for(CLAIMS.filter(({ question }) => question.isLong !== true))(
    'both agree, no ghost, nobody is stuck: $name',
    { timeout: PATIENCE_MS },
    async ({ name, question }) => {
      const { violated, states, transitions, seconds, trail } = await ask(question);
      expect(violated, ladder(trail)).toBeUndefined();
      console.log(`model: ${name}: ${states} states, ${transitions} transitions, ${seconds} s`);
      // Fewer would be a model in which nothing happens.
      expect(states).toBeGreaterThan(5000);
    },
  );
});

describe.concurrent('the argument for three packets', () => {
  test.for(STORIES)('$name', { timeout: PATIENCE_MS }, async ({ name, violates, question, packets }) => {
    const { violated, trail } = await ask(question);
    expect(violated).toBe(violates);
    if (packets !== undefined) expect(trail.filter((line) => line.startsWith('arrive '))).toHaveLength(packets);
    console.log(`${name}\n\n${ladder(trail)}\n`);
  });
});

describe.concurrent('a stack that is wrong in one rule is found out', () => {
  test.for(MUTANTS)('$violates: $name', { timeout: PATIENCE_MS }, async ({ violates, edits, defines = {} }) => {
    const { violated } = await ask({ edits, defines: { ...defines, CHECKED: `P_${violates}` } });
    expect(violated).toBe(violates);
  });

  test('and a rule that the model does not have cannot be wrong', async () => {
    await expect(ask({ edits: [{ rule: 'no_such_rule' }] })).rejects.toThrow('no rule no_such_rule');
  });
});
