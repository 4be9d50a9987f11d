/** WebAssembly text as a tree: an atom is a string, a list is an array. */
export type Expression = string | Expression[];

const TOKENS = /;;[^\n]*|\(;[\s\S]*?;\)|[()]|"(?:[^"\\]|\\.)*"|[^\s()"]+/g;

/** Parses the one expression that a text holds. */
export function parse(text: string): Expression {
  const root: Expression[] = [];
  const open: Expression[][] = [root];
  for (const [token] of text.matchAll(TOKENS)) {
    const list = open.at(-1);
    if (list === undefined) throw new Error('more is closed than was opened');
    if (token === '(') {
      const inner: Expression[] = [];
      list.push(inner);
      open.push(inner);
    } else if (token === ')') open.pop();
    else if (!token.startsWith(';;') && !token.startsWith('(;')) list.push(token);
  }
  const [whole] = root;
  if (whole === undefined || open.length !== 1) throw new Error('not one whole expression');
  return whole;
}

/** The lists directly within an expression that begin with a word. */
export function children(expression: Expression, word: string): Expression[][] {
  if (typeof expression === 'string') return [];
  return expression.filter((child): child is Expression[] => typeof child !== 'string' && child[0] === word);
}

/** Every atom within an expression, in order. */
export function* atoms(expression: Expression): Generator<string> {
  if (typeof expression === 'string') yield expression;
  else for (const child of expression) yield* atoms(child);
}

/** Every list within an expression, itself included. */
export function* lists(expression: Expression): Generator<Expression[]> {
  if (typeof expression === 'string') return;
  yield expression;
  for (const child of expression) yield* lists(child);
}
