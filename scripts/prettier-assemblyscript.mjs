/**
 * A Prettier plugin for AssemblyScript, which allows decorators where TypeScript's parser does not: before a
 * function. They are turned into comments of the same length before parsing, and back when printing.
 */
import estree from 'prettier/plugins/estree';
import typescript from 'prettier/plugins/typescript';

const FUNCTION_DECORATOR = /^@(\w+)$(?=(\s*\n@\w+$)*\s*\n(export )?(function|const|let)\b)/gm;
const MARK = '@';

export const parsers = {
  assemblyscript: {
    ...typescript.parsers.typescript,
    astFormat: 'assemblyscript',
    preprocess: (/** @type {string} */ text) => text.replace(FUNCTION_DECORATOR, `//${MARK}$1`),
  },
};

export const printers = {
  assemblyscript: {
    ...estree.printers.estree,
    /**
     * @param {import('prettier').AstPath} path
     * @param {import('prettier').ParserOptions} options
     */
    printComment(path, options) {
      const text = path.node.value;
      return text.startsWith(MARK) ? text : estree.printers.estree.printComment?.(path, options);
    },
  },
};
