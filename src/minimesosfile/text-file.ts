/** Bytes → text, as every file that minimesos reads has to be. */

import { isUtf8 } from 'node:buffer';
import type { Diagnostic } from '../spec.js';
import { placesIn } from './places.js';

/** In bytes: 1 MiB. */
export const LARGEST = 1024 * 1024;

export const TOO_LARGE = 'the file is larger than 1 MiB';

export type Decoded = { ok: true; text: string } | { ok: false; fault: Diagnostic };

/** A byte order mark is left out. */
export function decoded(bytes: Uint8Array): Decoded {
  if (bytes.length > LARGEST) return { ok: false, fault: { line: 1, column: 1, message: TOO_LARGE } };
  const text = new TextDecoder().decode(bytes);
  if (isUtf8(bytes)) return { ok: true, text };
  // It has U+FFFD where the bytes made no sense.
  const place = placesIn(text)(text.indexOf('\uFFFD'));
  return { ok: false, fault: { ...place, message: 'the file is not UTF-8 text' } };
}
