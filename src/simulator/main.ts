import { writeSync } from 'node:fs';
import type { Host } from './host.js';
import { createLog } from './log.js';
import type { Role } from './role.js';

/** The roles by the name that the command line begins with. Each is loaded when it is played, and only then. */
const roles: { readonly [name: string]: () => Promise<Role> } = {
  zookeeper: async () => (await import('./zookeeper/main.js')).playZookeeper,
  'mesos-master': async () => (await import('./master/role.js')).playMaster,
  'mesos-agent': async () => (await import('./agent/role.js')).playAgent,
  // What an agent was called before 1.0.
  'mesos-slave': async () => (await import('./agent/role.js')).playAgent,
  marathon: async () => (await import('./marathon/main.js')).playMarathon,
  consul: async () => (await import('./others/consul.js')).playConsul,
  registrator: async () => (await import('./others/registrator.js')).playRegistrator,
  'mesos-dns': async () => (await import('./others/mesos-dns.js')).playMesosDns,
  scope: async () => (await import('./others/scope.js')).playScope,
};

const TERMINATED = 143;
const ENDED_BY_USER1 = 138;
const TERMINATE_WITHIN_MS = 2000;

const host: Host = {
  env: process.env,
  log: createLog((line) => {
    try {
      // Synchronous, so that what a role said last is not lost when it exits.
      writeSync(2, line);
    } catch {
      // A log that nobody takes must not end a role.
    }
  }),
  print: (text) => process.stdout.write(text),
  exit: (code) => process.exit(code),
};

const [name = '', ...args] = process.argv.slice(2);
const load = Object.hasOwn(roles, name) ? roles[name] : undefined;
if (load === undefined) {
  host.log.plain(`The minimesos simulator plays one of: ${Object.keys(roles).join(', ')}; not '${name}'`);
  process.exit(64);
}
const play = await load();
const role = await play(args, host);
const { terminate, user1 } = role ?? {};
// Left to itself, Node would open its debugger.
process.on('SIGUSR1', user1 ?? (() => process.exit(ENDED_BY_USER1)));
process.on('SIGTERM', () => {
  if (terminate === undefined) process.exit(TERMINATED);
  setTimeout(() => process.exit(TERMINATED), TERMINATE_WITHIN_MS);
  Promise.resolve(terminate()).finally(() => process.exit(TERMINATED));
});
