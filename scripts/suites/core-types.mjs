/**
 * The core's types as TypeScript sees them, with AssemblyScript's declarations: stricter than its own compiler, for
 * instance about a value of an enum that is compared with another enum's.
 */
import { join } from 'node:path';
import { ROOT } from '../root.mjs';

/** What AssemblyScript allows and TypeScript does not. */
const ALLOWED = new Set([
  1206, // a decorator on a function
  1207, // a decorator on a setter besides that on the getter
  2661, // export { __heap_base }: a constant of the linker
  2362, // arithmetic with a bool
  2363, // the same, on the right
  2367, // a comparison of constants of the profile, which TypeScript takes for their defaults
  5101, // options in AssemblyScript's own tsconfig that TypeScript 7 drops
]);

/** @returns {Promise<number>} an exit code */
export async function checkCoreTypes() {
  const { default: ts } = await import('typescript');
  const path = join(ROOT, 'assembly/tsconfig.json');
  const read = ts.getParsedCommandLineOfConfigFile(
    path,
    { noEmit: true, strictPropertyInitialization: false },
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
        throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'));
      },
    },
  );
  if (read === undefined) throw new Error(`${path} is not there`);
  const program = ts.createProgram(read.fileNames, { ...read.options, ignoreDeprecations: '6.0' });
  const found = ts.getPreEmitDiagnostics(program).filter(({ code }) => !ALLOWED.has(code));
  const host = {
    getCanonicalFileName: (/** @type {string} */ name) => name,
    getCurrentDirectory: () => ROOT,
    getNewLine: () => '\n',
  };
  if (found.length > 0) console.error(ts.formatDiagnostics(found, host));
  return found.length === 0 ? 0 : 1;
}
