/** The fuzzers of test/fuzz. Loaded late: it takes what the build has made. */

/** @returns {Promise<import('./report.mjs').Counts>} */
export async function fuzz() {
  const suite = await import('../../test/fuzz/suite.mjs');
  return await suite.fuzz();
}
