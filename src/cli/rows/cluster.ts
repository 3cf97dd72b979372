/** The commands that look at a cluster as a whole, or change it. */

import { apply } from '../commands/apply.js';
import { destroy } from '../commands/destroy.js';
import { events } from '../commands/events.js';
import { info } from '../commands/info.js';
import { init } from '../commands/init.js';
import { pause } from '../commands/pause.js';
import { plan } from '../commands/plan.js';
import { resume } from '../commands/resume.js';
import { state } from '../commands/state.js';
import { status } from '../commands/status.js';
import { up } from '../commands/up.js';
import { validate } from '../commands/validate.js';
import { wait } from '../commands/wait.js';
import { controlOptions, lockOption } from '../control-options.js';
import { AGENT, AGENTS, DETAILED, DRY_RUN, FOR, MAP_PORTS, TAIL, WATCH } from '../options.js';
import type { Row } from '../row.js';

export const CLUSTER_ROWS: Row[] = [
  { command: 'init', summary: 'write a minimesosFile to start from', run: init },
  { command: 'validate', summary: 'check the minimesosFile', run: validate },
  {
    command: 'plan',
    summary: 'show what apply would do',
    options: (command) =>
      command.option('agents', AGENTS).option('mapPortsToHost', MAP_PORTS).option('detailed-exitcode', DETAILED),
    run: plan,
  },
  {
    command: 'apply',
    summary: 'bring the cluster into line with its minimesosFile',
    options: (command) =>
      controlOptions(
        command
          .option('watch', { ...WATCH, describe: 'go on: follow the file, and mend what breaks' })
          .option('agents', AGENTS)
          .option('mapPortsToHost', MAP_PORTS)
          .option('dry-run', DRY_RUN),
      ),
    run: apply,
  },
  {
    command: 'up',
    summary: 'apply, then print the info',
    options: (command) =>
      controlOptions(command.option('agents', { ...AGENTS, alias: 'num-agents' }).option('mapPortsToHost', MAP_PORTS)),
    run: up,
  },
  {
    command: 'status',
    summary: 'show each component, its phase and why',
    options: (command) => command.option('watch', { ...WATCH, describe: 'go on, and show what changes' }),
    run: status,
  },
  {
    command: 'wait [component]',
    summary: 'wait until the cluster, or one component, is ready or absent',
    options: (command) =>
      command.positional('component', { type: 'string', describe: 'for example agent-1' }).option('for', FOR),
    run: wait,
  },
  {
    command: 'events',
    summary: 'show what minimesos did to the cluster, and why',
    options: (command) => command.option('tail', TAIL),
    run: events,
  },
  { command: 'pause', summary: 'let nobody change the cluster, not even to mend it', run: pause },
  { command: 'resume', summary: 'take the pause away', run: resume },
  {
    command: 'info',
    summary: 'print the addresses, ready for a shell',
    options: (command) => command.choices('output', ['env']),
    run: info,
  },
  {
    command: 'state',
    summary: "print the master's state, or an agent's",
    options: (command) => command.option('agent', AGENT),
    run: state,
  },
  {
    command: 'destroy',
    summary: 'remove the cluster and all that belongs to it',
    options: lockOption,
    run: destroy,
  },
];
