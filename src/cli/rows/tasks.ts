/** The commands for tasks, logs and processes in containers. */

import type { Row } from '../row.js';

export const TASKS_ROWS: Row[] = [];
