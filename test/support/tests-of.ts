import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** What a test file says of one of its tests. */
export interface NamedTest {
  /** The titles of the groups that it is in, the outermost first. */
  groups: string[];
  title: string;
  /** Marked as one that fails: it shows a defect. */
  fails: boolean;
}

/** The tests of a file, vitest's or as-pect's, in their order. Read from its syntax: a comment is not a test. */
export function testsOf(file: URL): NamedTest[] {
  const source = ts.createSourceFile(file.pathname, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const tests: NamedTest[] = [];
  const visit = (node: ts.Node, groups: string[]): void => {
    const group = titleOf(node, source, /^describe\b/);
    const title = titleOf(node, source, /^(test|it)\b/);
    if (title !== undefined) tests.push({ groups, title: title.text, fails: /^(test|it)\.fails\b/.test(title.called) });
    const within = group === undefined ? groups : [...groups, group.text];
    ts.forEachChild(node, (child) => {
      visit(child, within);
    });
  };
  visit(source, []);
  return tests;
}

/** The title that a call of such a function gives, and the function as it is written. */
function titleOf(node: ts.Node, source: ts.SourceFile, name: RegExp): { text: string; called: string } | undefined {
  if (!ts.isCallExpression(node)) return undefined;
  const [title] = node.arguments;
  if (title === undefined || !ts.isStringLiteralLike(title)) return undefined;
  const called = node.expression.getText(source);
  return name.test(called) ? { text: title.text, called } : undefined;
}
