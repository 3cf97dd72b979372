/** The commands for Marathon: what is installed by hand. */

import type { Row } from '../row.js';

export const APPS_ROWS: Row[] = [];
