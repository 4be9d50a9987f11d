/** What a guard or an argument of the model's rules says: Promela's expressions, over 32-bit sequence numbers. */
export type Expression =
  | { kind: 'number'; value: number }
  | { kind: 'name'; name: string }
  | { kind: 'not'; of: Expression }
  | { kind: 'both'; operator: string; left: Expression; right: Expression };

/** From the loosest to the tightest. */
const OPERATORS = [['||'], ['&&'], ['==', '!='], ['+']];
const TOKEN = /\s*(\|\||&&|==|!=|\w+\[me\]|\w+\(me\)|\w+|[!()+])/y;

/** @throws SyntaxError: the model says something that the checker does not know */
export function parseExpression(text: string): Expression {
  const tokens = tokensOf(text);
  let next = 0;
  const level = (depth: number): Expression => {
    const operators = OPERATORS[depth];
    if (operators === undefined) return primary();
    let left = level(depth + 1);
    for (let token = tokens[next]; token !== undefined && operators.includes(token); token = tokens[next]) {
      next++;
      left = { kind: 'both', operator: token, left, right: level(depth + 1) };
    }
    return left;
  };
  const primary = (): Expression => {
    const token = tokens[next++];
    if (token === '!') return { kind: 'not', of: primary() };
    if (token === '(') {
      const inner = level(0);
      if (tokens[next++] !== ')') throw new SyntaxError(`a bracket is open in "${text}"`);
      return inner;
    }
    if (token === undefined || !/^\w/.test(token)) throw new SyntaxError(`"${text}" ends early`);
    return /^\d/.test(token) ? { kind: 'number', value: Number(token) } : { kind: 'name', name: token };
  };
  const expression = level(0);
  if (next !== tokens.length) throw new SyntaxError(`"${text}" goes on after its end`);
  return expression;
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const [, token] = TOKEN.exec(text) ?? [];
    if (token === undefined) throw new SyntaxError(`what is this in the model: "${text}"?`);
    tokens.push(token);
  }
  return tokens;
}

/** `valueOf` gives a name's value; what is true is not 0. */
export function evaluate(expression: Expression, valueOf: (name: string) => number): number {
  switch (expression.kind) {
    case 'number':
      return expression.value;
    case 'name':
      return valueOf(expression.name);
    case 'not':
      return evaluate(expression.of, valueOf) === 0 ? 1 : 0;
    case 'both':
      return combined(expression.operator, expression, valueOf);
  }
}

function combined(
  operator: string,
  { left, right }: { left: Expression; right: Expression },
  valueOf: (name: string) => number,
): number {
  const value = evaluate(left, valueOf);
  // The right side of these is asked only where it matters, as in Promela.
  if (operator === '&&') return value !== 0 && evaluate(right, valueOf) !== 0 ? 1 : 0;
  if (operator === '||') return value !== 0 || evaluate(right, valueOf) !== 0 ? 1 : 0;
  const other = evaluate(right, valueOf);
  if (operator === '+') return (value + other) >>> 0;
  return (value === other) === (operator === '==') ? 1 : 0;
}
