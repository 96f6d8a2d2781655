/** All tests that start real processes, before those of the lanes of their own are taken out. */
const WHOLE = ['{packages,apps}/*/test/!(unit)/**/*.test.ts', 'test/**/*.test.ts'];

/** The system tests in parts that take minutes each, the longest first. */
const NAMED = {
  interop: ['test/interop/**/*.test.ts'],
  e2e: ['test/e2e/**/*.test.ts'],
  cli: ['apps/cli/test/!(unit)/**/*.test.ts'],
  chaos: ['test/chaos/**/*.test.ts'],
  web: ['apps/web/test/!(unit)/**/*.test.ts'],
};

/** `npm test` gives the next of these to whichever lane is free, so that no lane is left with most of the work. */
export const SYSTEM_PARTS = [...Object.keys(NAMED), 'others'];

/** What a part includes and leaves out; without one, all system tests. Every test is in exactly one part. */
export function systemFiles(part) {
  if (part === undefined) return { include: WHOLE, exclude: [] };
  if (part === 'others') return { include: WHOLE, exclude: Object.values(NAMED).flat() };
  const include = NAMED[part];
  if (include === undefined) throw new TypeError(`no part ${part} of the system tests`);
  return { include, exclude: [] };
}
