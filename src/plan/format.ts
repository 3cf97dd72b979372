/** A step as a line: the same text in plans, logs and golden files. */

import type { Step } from '../model.js';

export function formatStep({ verb, component, cause }: Step): string {
  return `${verb} ${component}: ${cause}`;
}
