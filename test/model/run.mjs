/**
 * `node test/model/run.mjs`: what the model says, with the ladders; `--long`: and the searches that take minutes.
 * It needs Debian's spin and gcc.
 */
import { ladder } from './spin/ladder.mjs';
import { ask } from './spin/pan.mjs';
import { CLAIMS, MUTANTS, STORIES } from './spin/questions.mjs';

const isLong = process.argv.includes('--long');
const say = (/** @type {string} */ text) => process.stdout.write(`${text}\n`);

say('Holds in every state:');
for (const { name, question } of CLAIMS) {
  if (question.isLong === true && !isLong) continue;
  const { violated, states, transitions, seconds, trail } = await ask(question);
  const figures = `${states} states, ${transitions} transitions, ${seconds} s`;
  say(`  ${violated === undefined ? 'holds ' : `FAILS ${violated}`}  ${name}: ${figures}`);
  if (violated !== undefined) say(ladder(trail));
}

for (const { name, question } of STORIES) {
  const { violated, trail } = await ask(question);
  say(`\n${name} (${violated ?? 'NOT FOUND'})\n\n${ladder(trail)}`);
}

say('\nMutants, and the property that catches each:');
for (const { name, violates, edits, defines = {} } of MUTANTS) {
  const { violated } = await ask({ edits, defines: { ...defines, CHECKED: `P_${violates}` } });
  say(`  ${(violated ?? 'SURVIVES').padEnd(8)}  ${name}`);
}
