/** What ESLint and Vitest ask for, too. */
const OLDEST = [20, 19];

/** Says in a sentence what a stack trace would not. */
export function checkNodeVersion() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  console.error(`firmshake needs Node ${OLDEST.join('.')} or newer; this is Node ${process.versions.node}`);
  process.exit(1);
}
