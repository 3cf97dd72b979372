/** The commands for this machine and its engine. */

import type { Row } from '../row.js';

export const HOST_ROWS: Row[] = [];
