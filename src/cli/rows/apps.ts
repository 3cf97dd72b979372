/** The commands for Marathon and its tasks: what is installed by hand, and what runs. */

import {
  ALL,
  APP_FILE,
  APP_ID,
  FORCE,
  GROUP_FILE,
  GROUP_ID,
  MARATHON_FILE,
  STDIN,
  UPDATE,
  WAIT,
} from '../app-options.js';
import { install } from '../commands/install.js';
import { ps } from '../commands/ps.js';
import { uninstall } from '../commands/uninstall.js';
import type { Row } from '../row.js';

export const APPS_ROWS: Row[] = [
  {
    command: 'install',
    summary: 'deploy an app or a group of Marathon JSON',
    options: (command) =>
      command
        .option('app', APP_FILE)
        .option('group', GROUP_FILE)
        .option('marathonFile', MARATHON_FILE)
        .option('stdin', STDIN)
        .option('update', UPDATE)
        .option('force', FORCE)
        .option('wait', WAIT),
    run: install,
  },
  {
    command: 'uninstall',
    summary: 'remove an app or a group from Marathon',
    options: (command) =>
      command.option('app', APP_ID).option('group', GROUP_ID).option('force', FORCE).option('wait', WAIT),
    run: uninstall,
  },
  {
    command: 'ps',
    summary: 'show the tasks that run',
    options: (command) => command.option('all', ALL),
    run: ps,
  },
];
