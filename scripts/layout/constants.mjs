/** The core's constants as JavaScript: the same expressions, in so far as they hang on nothing but profile and start. */
import ts from 'typescript';
import { readClass } from './read.mjs';

/** Where the numbers are that differ from module to module. */
const PROFILE = 'assembly/profile.ts';

/** @typedef {{ name: string, file: ts.SourceFile, value: ts.Expression, isExported: boolean }} Constant */

/**
 * @param {ts.SourceFile} file
 * @returns {Constant[]}
 */
function constantsOf(file) {
  return file.statements.filter(ts.isVariableStatement).flatMap((statement) => {
    const isExported = statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
    return statement.declarationList.declarations.flatMap(({ name, initializer }) =>
      initializer === undefined ? [] : [{ name: name.getText(), file, value: initializer, isExported }],
    );
  });
}

/**
 * What a name means in a file: its own constant, or that of all others that is exported.
 *
 * @param {ts.SourceFile[]} files
 * @param {string} name
 * @param {ts.SourceFile} [from] absent: the name is known to be unique
 */
function lookUp(files, name, from) {
  const all = files.flatMap(constantsOf).filter((constant) => constant.name === name);
  const own = all.filter(({ file }) => file === from);
  const found = own.length > 0 || from === undefined ? (own.length > 0 ? own : all) : all.filter((c) => c.isExported);
  if (found.length !== 1 || found[0] === undefined) {
    throw new Error(`layout: assembly/ declares the constant ${name} ${found.length} times; once is right`);
  }
  return found[0];
}

/**
 * A constant that is a number as it stands.
 *
 * @param {ts.SourceFile[]} files
 * @param {string} name
 */
export function readConstant(files, name) {
  const value = Number(lookUp(files, name).value.getText());
  if (!Number.isInteger(value)) throw new Error(`layout: ${name} is no plain number`);
  return value;
}

/** Constants as JavaScript, in an order in which each is declared before it is used. */
export class Translation {
  /** @type {Map<string, { text: string, file: ts.SourceFile }>} */
  lines = new Map();
  /** Names of the profile's numbers that were needed. @type {Set<string>} */
  inputs = new Set();

  /** @param {ts.SourceFile[]} files */
  constructor(files) {
    this.files = files;
  }

  /**
   * @param {string} name
   * @param {ts.SourceFile} [from]
   */
  need(name, from) {
    const constant = lookUp(this.files, name, from);
    if (constant.file.fileName.endsWith(PROFILE)) {
      this.inputs.add(name);
      return;
    }
    const known = this.lines.get(name);
    if (known === undefined) {
      const text = this.expression(constant.value, constant.file);
      this.lines.set(name, { text, file: constant.file });
    } else if (known.file !== constant.file) {
      throw new Error(`layout: ${name} means two things in assembly/`);
    }
  }

  /**
   * @param {ts.Expression} node
   * @param {ts.SourceFile} file
   * @returns {string}
   */
  expression(node, file) {
    const inner = (/** @type {ts.Expression} */ part) => this.expression(part, file);
    if (ts.isNumericLiteral(node)) return node.getText();
    if (ts.isTypeAssertionExpression(node)) return inner(node.expression);
    if (ts.isParenthesizedExpression(node)) return `(${inner(node.expression)})`;
    if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.TildeToken)
      return `~${inner(node.operand)}`;
    if (ts.isBinaryExpression(node)) return `${inner(node.left)} ${node.operatorToken.getText()} ${inner(node.right)}`;
    if (ts.isConditionalExpression(node)) {
      return `${inner(node.condition)} ? ${inner(node.whenTrue)} : ${inner(node.whenFalse)}`;
    }
    if (ts.isIdentifier(node)) {
      this.need(node.text, file);
      return node.text;
    }
    if (ts.isCallExpression(node)) return this.call(node, file);
    throw new Error(`layout: what is ${node.getText()} in ${file.fileName}?`);
  }

  /**
   * @param {ts.CallExpression} node
   * @param {ts.SourceFile} file
   */
  call(node, file) {
    const called = node.expression.getText();
    const [argument] = node.arguments;
    const type = node.typeArguments?.[0]?.getText();
    if (called === 'offsetof' && argument === undefined && type !== undefined) {
      // As `offsetof` counts: without the padding that C would put at the end.
      return String(readClass(this.files, type, true).bytes);
    }
    if (called === 'clz' && argument !== undefined) return `Math.clz32(${this.expression(argument, file)})`;
    // The one segment of data that is reserved: the compiler alone knows where it begins.
    if (called === 'memory.data') return 'start';
    throw new Error(`layout: what is ${node.getText()} in ${file.fileName}?`);
  }
}
