/** The trials and their peer without a browser: peer.js in Node, its sockets a core's. */
import { readFile } from 'node:fs/promises';
import ts from 'typescript';
import { afterEach, describe, expect, test } from 'vitest';
import { isRight, runBench, timesOf, type BenchResult } from '../../host/bench/bench.js';
import { nodePeer } from '../../host/bench/node-peer.js';
import { checkedState, type Outcome, type Peer } from '../../host/bench/peer.js';
import { tableOf } from '../../host/bench/table.js';
import { TRIALS, USUAL, type Trial } from '../../host/bench/trials.js';
import type { ShimOptions } from '../../host/bench/shim.js';
import { BOARD, trialLan } from './espruino.js';

const SOURCE = new URL('../../boards/espruino/peer.js', import.meta.url);
const usual = TRIALS.filter(({ id }) => USUAL.includes(id));
const trial = (id: string): Trial => {
  const found = TRIALS.find((one) => one.id === id);
  if (found === undefined) throw new RangeError(id);
  return found;
};

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

async function bench(
  trials: readonly Trial[],
  change: (sockets: ShimOptions) => ShimOptions = (one) => one,
): Promise<BenchResult> {
  const { sockets, end } = await trialLan();
  ends.push(end);
  const peer = await nodePeer(change(sockets), SOURCE);
  const { signal } = new AbortController();
  return await runBench(peer, { host: BOARD, trials, signal, onChange: () => undefined });
}

describe('a core with the apps', () => {
  test('is right in all usual trials, and its status page comes with them', async () => {
    const result = await bench(usual);
    expect(result.trials.map(({ id, wrong }) => [id, wrong])).toEqual(USUAL.map((id) => [id, '']));
    expect(isRight(result)).toBe(true);
    expect(result.before).toHaveProperty('uptime');
    expect(result.after).toHaveProperty('connections');
    expect(result.trials.find(({ id }) => id === 'many')?.outcomes).toHaveLength(50);
    expect(tableOf(result)).toMatch(/50 connections in a row.* right +\d/);
  });

  test('that is not there is timed out or refused, and that is wrong', async () => {
    const quick = {
      ...trial('connect'),
      order: () => ({ ...trial('connect').order('10.0.0.77'), count: 1, limitMs: 200 }) as never,
    };
    const { sockets, end } = await trialLan();
    ends.push(end);
    const outcomes: Outcome[] = [];
    const { runTrial } = await import('../../host/bench/peer.js');
    const { signal } = new AbortController();
    await runTrial(await nodePeer(sockets, SOURCE), 'x', quick.order(), (more) => outcomes.push(...more), signal);
    expect(outcomes.map(([what]) => what)).toEqual(['timeout']);
    expect(quick.wrong(outcomes)).toBe('1 of 10: timeout');
  });

  test.each([
    ['a byte is another', (text: string) => text.replace('\x08', '\x09'), /^differs at 1$/],
    ['bytes are left out', (text: string) => text.slice(0, -1), /^short at \d+$/],
    ['there are more', (text: string) => `${text}x`, /^differs at /],
  ])('an echo in which %s is found', async (_, change, wrong) => {
    const result = await bench([trial('echo-small')], (sockets) => ({
      ...sockets,
      connect: (host, port, connected) => {
        const socket = sockets.connect(host, port, connected);
        const write = socket.write.bind(socket);
        // Only the echo's: the status page is asked in text.
        const changed = (bytes: Buffer): boolean =>
          write(Buffer.from(port === 7 ? change(bytes.toString('latin1')) : bytes.toString('latin1'), 'latin1'));
        socket.write = changed as never;
        // What is short never comes: its peer closes.
        if (port === 7) setTimeout(() => socket.end(), 300);
        return socket;
      },
    }));
    expect(result.trials[0]?.wrong).toMatch(wrong);
    expect(isRight(result)).toBe(false);
  });

  test('Node cannot vanish, and says so', async () => {
    const result = await bench([trial('vanish')]);
    expect(result.ended).toBe('the peer says: this board cannot vanish');
  });
});

describe('a peer', () => {
  const state = { id: 'a', done: true, error: '', total: 0, results: [] };

  test.each([
    ['nothing', null],
    ['another trial', { ...state, id: 'b' }],
    ['no list', { ...state, results: 'x' }],
    ['an outcome that is none', { ...state, results: [['connected']] }],
  ])('that answers with %s is not believed', (_, answer) => {
    expect(() => checkedState(answer, 'a')).toThrow(expect.objectContaining({ code: 'PEER_GARBAGE' }));
  });

  test('that fails ends the trials, and what was measured stays', async () => {
    const { sockets, end } = await trialLan();
    ends.push(end);
    const whole = await nodePeer(sockets, SOURCE);
    let polls = 0;
    const failing: Peer = {
      start: (id, order) => whole.start(id, order),
      poll: async (id, from) => {
        const answer = await whole.poll(id, from);
        if (id.endsWith('-connect') && ++polls > 3) return checkedState('�', id);
        return answer;
      },
    };
    const { signal } = new AbortController();
    const result = await runBench(failing, { host: BOARD, trials: usual, signal, onChange: () => undefined });
    expect(result.ended).toMatch(/^no answer of the peer/);
    expect(result.before).toHaveProperty('uptime');
    expect(result.trials.map(({ id, wrong }) => [id, wrong])).toEqual([['connect', undefined]]);
    expect(isRight(result)).toBe(false);
    expect(tableOf(result)).toContain('ended early');
  });

  test('that is told to stop stops', async () => {
    const { sockets, end } = await trialLan();
    ends.push(end);
    const stop = new AbortController();
    const onChange = ({ trials }: BenchResult): void => {
      if (trials.length === 2) stop.abort();
    };
    const result = await runBench(await nodePeer(sockets, SOURCE), {
      host: BOARD,
      trials: usual,
      signal: stop.signal,
      onChange,
    });
    expect(result.ended).toBe('the trials were ended');
    expect(result.trials).toHaveLength(2);
  });
});

test('times are those of what succeeded', () => {
  const outcomes: Outcome[] = [
    ['connected', 3],
    ['refused', 1],
    ['connected', 9],
    ['connected', 5],
  ];
  expect(timesOf(outcomes)).toEqual({ least: 3, median: 5, most: 9 });
  expect(timesOf([['refused', 1]])).toBeUndefined();
});

describe('peer.js keeps to what Espruino has', async () => {
  const text = await readFile(SOURCE, 'utf8');
  const file = ts.createSourceFile('peer.js', text, ts.ScriptTarget.ES2023, true, ts.ScriptKind.JS);
  const { SyntaxKind } = ts;
  const forbidden = new Set([
    SyntaxKind.ObjectBindingPattern,
    SyntaxKind.ArrayBindingPattern,
    SyntaxKind.SpreadElement,
    SyntaxKind.SpreadAssignment,
    SyntaxKind.YieldExpression,
    SyntaxKind.AwaitExpression,
    SyntaxKind.AsyncKeyword,
    SyntaxKind.QuestionDotToken,
    SyntaxKind.QuestionQuestionToken,
    SyntaxKind.AsteriskAsteriskToken,
    SyntaxKind.LabeledStatement,
    SyntaxKind.ClassDeclaration,
    SyntaxKind.TemplateExpression,
    SyntaxKind.NoSubstitutionTemplateLiteral,
    SyntaxKind.LetKeyword,
    SyntaxKind.ConstKeyword,
    SyntaxKind.ArrowFunction,
  ]);
  const found: string[] = [];
  const look = (node: ts.Node): void => {
    if (forbidden.has(node.kind)) found.push(SyntaxKind[node.kind]);
    if (ts.isParameter(node) && (node.initializer ?? node.dotDotDotToken) !== undefined) found.push('default or rest');
    if (ts.isCallExpression(node) && node.arguments.hasTrailingComma) found.push('trailing comma');
    if (ts.isObjectLiteralExpression(node) && node.properties.hasTrailingComma) found.push('trailing comma');
    if (ts.isIdentifier(node) && /^(Map|Set|Symbol|Buffer|Promise|print|console)$/.test(node.text))
      found.push(node.text);
    node.forEachChild(look);
  };
  file.forEachChild(look);

  test('no syntax that it lacks', () => expect(found).toEqual([]));
  test('no character beyond ASCII', () => expect(text).toMatch(/^[\n -~]*$/));
});
