/** Small changes to the core's sources, each of which a test should notice. */
import ts from 'typescript';

/**
 * One change: the text from `start` to `end` of a file becomes `text`.
 *
 * @typedef {{ file: string, line: number, start: number, end: number, was: string, text: string, kind: string }} Mutant
 */

/** What becomes of an operator: what a slip of the keyboard, or of the mind, would make of it. */
const OPERATORS = new Map([
  [ts.SyntaxKind.LessThanToken, '<='],
  [ts.SyntaxKind.LessThanEqualsToken, '<'],
  [ts.SyntaxKind.GreaterThanToken, '>='],
  [ts.SyntaxKind.GreaterThanEqualsToken, '>'],
  [ts.SyntaxKind.EqualsEqualsToken, '!='],
  [ts.SyntaxKind.ExclamationEqualsToken, '=='],
  [ts.SyntaxKind.AmpersandAmpersandToken, '||'],
  [ts.SyntaxKind.BarBarToken, '&&'],
  [ts.SyntaxKind.PlusToken, '-'],
  [ts.SyntaxKind.MinusToken, '+'],
  [ts.SyntaxKind.AmpersandToken, '|'],
  [ts.SyntaxKind.BarToken, '&'],
  [ts.SyntaxKind.LessThanLessThanToken, '>>'],
  [ts.SyntaxKind.GreaterThanGreaterThanToken, '<<'],
  [ts.SyntaxKind.PlusEqualsToken, '-='],
  [ts.SyntaxKind.MinusEqualsToken, '+='],
]);

/** Says something of the debug build alone. @param {ts.Node} node */
function isAssertion(node) {
  return ts.isCallExpression(node) && node.expression.getText() === 'assert';
}

/**
 * All changes that can be made to a file.
 *
 * @param {string} file its name, for the report
 * @param {string} source
 * @returns {Mutant[]}
 */
export function mutantsOf(file, source) {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
  /** @type {Mutant[]} */
  const found = [];
  /** @type {(node: ts.Node, text: string, kind: string) => void} */
  const add = (node, text, kind) => {
    const start = node.getStart();
    const line = tree.getLineAndCharacterOfPosition(start).line + 1;
    found.push({ file, line, start, end: node.getEnd(), was: source.slice(start, node.getEnd()), text, kind });
  };
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (isAssertion(node) || ts.isImportDeclaration(node) || ts.isDecorator(node)) return;
    if (ts.isBinaryExpression(node)) {
      const other = OPERATORS.get(node.operatorToken.kind);
      if (other !== undefined) add(node.operatorToken, other, 'operator');
    }
    if (ts.isIfStatement(node) || ts.isWhileStatement(node)) {
      add(node.expression, `!(${node.expression.getText()})`, 'condition');
    }
    if (ts.isConditionalExpression(node)) add(node.condition, `!(${node.condition.getText()})`, 'condition');
    if (ts.isExpressionStatement(node) && !isAssertion(node.expression)) add(node, ';', 'statement left out');
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/** A generator of numbers below 1 that gives the same for the same seed: mulberry32. @param {number} seed */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * All of them in an order that a seed decides, so that those in front come from as many files as there are.
 *
 * @param {Mutant[]} mutants
 * @param {number} seed
 */
export function inTurn(mutants, seed) {
  const next = random(seed);
  const piles = [...grouped(mutants).values()].map((pile) => shuffled(pile, next));
  /** @type {Mutant[]} */
  const order = [];
  for (let round = 0; order.length < mutants.length; round++) {
    order.push(...shuffled(piles, next).flatMap((pile) => (pile[round] === undefined ? [] : [pile[round]])));
  }
  return order;
}

/** @param {Mutant[]} mutants */
function grouped(mutants) {
  /** @type {Map<string, Mutant[]>} */
  const files = new Map();
  for (const mutant of mutants) files.set(mutant.file, [...(files.get(mutant.file) ?? []), mutant]);
  return files;
}

/**
 * @template Item
 * @param {Item[]} items
 * @param {() => number} next
 * @returns {Item[]}
 */
function shuffled(items, next) {
  return items
    .map((item) => ({ item, key: next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
