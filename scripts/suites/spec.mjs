import { runModule } from '../run.mjs';
import { counted } from './report.mjs';

/** The AssemblyScript unit tests in test/spec. */
export function spec() {
  return counted('spec', () => runModule('@as-pect/cli/bin/asp.js', []));
}
