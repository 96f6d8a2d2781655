import { describe } from 'vitest';
import type { PythonEnvironment } from './environment.js';

/** A `describe` over a real Python package; without its environment it is skipped, and its title says why. */
export function interopPart(
  title: string,
  needs: PythonEnvironment | readonly PythonEnvironment[],
  body: () => void,
): void {
  const missing = [needs].flat().find((environment) => !environment.ok);
  if (missing === undefined || missing.ok) describe(title, body);
  else describe.skip(`${title} (skipped: ${missing.reason})`, body);
}
